"""Forms are read as the standard library reads them, only faster."""

from urllib.parse import parse_qsl, unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citydiplomacy.web.decoding import form_pairs, unquote

PIECES = [
    "%",
    "%%",
    "=",
    "+",
    "&",
    "\n",
    "\r",
    " ",
    "\t",
    "a",
    "3",
    "D",
    "_",
    ".",
    "ä",
    "%41",
    "%c3%a4",
    "%3D",
    "%0A",
    "%2",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(TEXTS)
@example("%\n")
@example("a=b%zz")
def test_codes_are_undone_as_the_standard_library_does(text: str) -> None:
    data = text.encode()
    assert unquote(data) == unquote_to_bytes(data.replace(b"+", b" "))


@given(TEXTS)
def test_pairs_are_those_of_the_standard_library(text: str) -> None:
    try:
        wanted = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            form_pairs(text.encode())
    else:
        assert form_pairs(text.encode()) == wanted


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        form_pairs(b"query=%ff")
