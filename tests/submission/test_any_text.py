"""Whatever text is sent, there is a verdict: made from files that are right by cutting, putting in, doubling, moving.

Some hundred texts in each run, the same each time; CITYDIPLOMACY_FUZZ=10000 makes that many, new ones each time.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.names import Names
from citydiplomacy.submission.formats import FORMATS, write
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.report import load
from citydiplomacy.submission.uploads import Upload

ASKED = int(os.environ.get("CITYDIPLOMACY_FUZZ", "0"))
PASS = sorted((Path(__file__).resolve().parent / "corpus" / "pass").iterdir())
NAMES = Names("https://w3id.org/citydiplomacy/")
TOKENS = re.compile(rb"\s+|\w+|[^\w\s]")
NOISE = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"<",
    b">",
    b'"',
    b"'''",
    b'"""',
    b"\\",
    b"\\u",
    b"\x00",
    b"\xff",
    b"@",
    b"^^",
]
NOISE += [
    b"_:",
    b"@prefix",
    b"@en",
    b"1e999999",
    b"-",
    b"#",
    b"\n",
    b"\r",
    b"%",
    b"&x;",
    b"<!ENTITY",
    b"a" * 300,
    b"null",
]
NOISE += [
    b'"@id"',
    b'"@context"',
    b'"@list"',
    b'"@value"',
    b'"@reverse"',
    b'"@type": 5',
    b"<<(",
    b"rdf:li",
    b"\xed\xa0\x80",
]
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@st.composite
def spoilt(draw: st.DrawFn, text: bytes) -> bytes:
    """A text with tokens taken out, put in, doubled and moved."""
    tokens = TOKENS.findall(text)
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, max(len(tokens) - 1, 0)))
        kind = draw(st.sampled_from(["cut", "put", "double", "swap", "end"]))
        if kind == "cut":
            del tokens[place : place + draw(st.integers(1, 4))]
        elif kind == "put":
            tokens.insert(place, draw(st.one_of(st.sampled_from(NOISE), st.binary(max_size=6))))
        elif kind == "double":
            tokens[place:place] = tokens[place : place + draw(st.integers(1, 12))]
        elif kind == "end":
            del tokens[place:]
        elif tokens:
            tokens[place] = tokens[draw(st.integers(0, len(tokens) - 1))]
    return b"".join(tokens)


@pytest.mark.parametrize("path", PASS, ids=lambda path: path.suffix[1:])
def test_every_text_has_a_verdict_in_every_form(path: Path, published: Published) -> None:
    examples = (ASKED or 240) // len(PASS)

    @settings(max_examples=examples, deadline=None, database=None, derandomize=not ASKED, suppress_health_check=SLOW)
    @given(spoilt(path.read_bytes()), st.sampled_from([path.name, "data"]))
    def ask(data: bytes, name: str) -> None:
        try:
            report = judge([Upload(name, data)], published)
        except CityDiplomacyError as error:
            assert error.detail
            return
        again = load(report.dump())
        texts = {name: data.decode("utf-8", "replace")}
        for form in FORMATS:
            assert write(again, form, NAMES, texts) == write(report, form, NAMES, texts)
        assert json.loads(write(report, "json", NAMES, texts))["conforms"] == report.conforms
        assert all(one.line for one in report.findings), [one.text() for one in report.findings if not one.line]

    ask()
