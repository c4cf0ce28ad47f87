"""Syntax errors in words for people."""

import pyoxigraph as ox
import pytest

from citydiplomacy.diagnosis import diagnose
from citydiplomacy.errors import BadQuery

KNOWN = {"cd": "http://e/ontology#", "skos": "http://www.w3.org/2004/02/skos/core#"}


def error_of(query: str) -> BadQuery:
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(query)
    return diagnose(str(caught.value), query, KNOWN)


CASES = [
    (
        "SELECT *\n{ ?s a cd:City }",
        2,
        8,
        "The prefix cd: is not declared (cd:City).",
        "PREFIX cd: <http://e/ontology#>",
    ),
    ("SELECT * { ?s a skoss:Concept }", 1, 17, "The prefix skoss: is not declared", "did you mean skos?"),
    ("SELECT * { ?s zz:p ?o }", 1, 15, "The prefix zz: is not declared", "PREFIX zz: <...>"),
    ("SELECT * { ?s ?p ?o } LIMTI 5", 1, 29, "found '5'", "did you mean LIMIT?"),
    ("PREFIX a: <http://a>\nSELEC * {}", 2, 1, "not with 'SELEC'", "did you mean SELECT?"),
    ("SELECT * { ?s ?p ?o", 1, 20, "found the end of the query", ""),
    ("SELECT (COUNT(?x) AS ?n) ?y { ?x ?p ?y }", 1, None, "neither grouped nor", "GROUP BY"),
    ("", 1, 1, "found the end of the query", ""),
]


@pytest.mark.parametrize(("query", "line", "column", "detail", "hint"), CASES)
def test_says_where_what_and_what_would_be_right(
    query: str, line: int, column: int | None, detail: str, hint: str
) -> None:
    error = error_of(query)
    assert detail in error.detail
    assert error.line == line
    assert column is None or error.column == column
    assert hint in (error.hint or "")


def test_no_character_classes_of_the_grammar_are_shown() -> None:
    assert "\\u{" not in error_of("SELECT * { ?s a foo: bar: }").detail
