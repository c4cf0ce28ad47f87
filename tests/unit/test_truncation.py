"""Answers cut after their last whole row: still valid, and a beginning of the whole answer."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citydiplomacy.errors import BadParameter
from citydiplomacy.truncation import CUTS, cut_for

NASTY = st.text(alphabet='"\\{}[],\n\r<>/&ab', max_size=8)
FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


def rows_of(name: str, data: bytes) -> list[object]:
    text = data.decode()
    if name == "json":
        return list(json.loads(text)["results"]["bindings"])
    if name == "xml":
        return [
            ET.tostring(one)
            for one in ET.fromstring(text).iter(  # noqa: S314 (our own)
                "{http://www.w3.org/2005/sparql-results#}result"
            )
        ]
    if name == "csv":
        return list(csv.reader(io.StringIO(text, newline="")))
    return text.split("\n")[:-1] if text else []


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(NASTY, min_size=1, max_size=5), share=st.floats(0.4, 1))
def test_cut_answer_is_a_valid_beginning(name: str, values: list[str], share: float) -> None:
    store = ox.Store()
    for number, value in enumerate(values):
        store.add(ox.Quad(ox.NamedNode(f"http://e/{number}"), ox.NamedNode("http://e/p"), ox.Literal(value)))
    solutions = store.query("SELECT ?s ?o { ?s ?p ?o }")
    assert isinstance(solutions, ox.QuerySolutions)
    whole = solutions.serialize(format=FORMATS[name])
    assert whole is not None
    cut = cut_for(name)(whole[: max(int(len(whole) * share), 180 if name == "xml" else 50)])
    kept = rows_of(name, cut)
    assert kept == rows_of(name, whole)[: len(kept)]


def test_every_row_based_format_can_be_cut() -> None:
    assert set(CUTS) == {*FORMATS, "ntriples", "nquads"}


@pytest.mark.parametrize("name", ["turtle", "rdfxml", "jsonld", "trig"])
def test_other_formats_are_refused(name: str) -> None:
    with pytest.raises(BadParameter, match="can not be truncated"):
        cut_for(name)


def test_lines_are_cut_after_the_last_whole_one() -> None:
    assert CUTS["nquads"](b"<a> <b> <c> .\n<a> <b") == b"<a> <b> <c> .\n"
