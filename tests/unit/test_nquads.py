"""Terms are written as canonical N-Quads have them: as the engine writes them, character for character."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citydiplomacy.names import XSD
from citydiplomacy.nquads import literal, literal_of, merged, triples, unescape

CHARACTERS = [*map(chr, range(0x300)), "\u2028", "\ufdd0", "\ufffd", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def test_every_kind_of_character_is_written_as_the_engine_does() -> None:
    wrong = [one for one in CHARACTERS if literal(f"a{one}b") != str(pyoxigraph.Literal(f"a{one}b"))]
    assert wrong == []


@given(TEXTS, st.sampled_from(["", "en", "de-AT", "zh-Hant-TW"]))
def test_texts_come_back(text: str, language: str) -> None:
    term = literal(text, language)
    expected = pyoxigraph.Literal(text, language=language) if language else pyoxigraph.Literal(text)
    assert term == str(expected)
    assert literal_of(term) == (text, language.lower(), expected.datatype.value)


def test_control_characters_have_upper_case_digits_or_their_letter() -> None:
    assert literal("\x0b\x1f\x7f\t\b\r\n\f") == r'"\u000B\u001F\u007F\t\b\r\n\f"'


def test_string_goes_without_its_datatype() -> None:
    assert literal("a", datatype=XSD + "string") == '"a"'
    assert literal("1", datatype=XSD + "integer") == f'"1"^^<{XSD}integer>'


def test_what_is_no_escape_is_refused() -> None:
    with pytest.raises(ValueError, match="no escape"):
        unescape(r"\x")


def test_merge_has_each_triple_once_and_in_order() -> None:
    values = ['"a"', '"a"@en', '"a b"', f'"1"^^<{XSD}integer>', "<urn:a>", "<urn:a/b>", "_:c14n0", '"<urn:g> ."']
    lines = sorted(f"<urn:s> <urn:p> {value} <urn:g{graph}> .\n" for value in values for graph in range(3))
    found = list(merged(lines))
    assert found == sorted({f"<urn:s> <urn:p> {value} .\n" for value in values})
    assert [value for _, _, value in triples(found)] == sorted(values, key=lambda value: value + " ")
