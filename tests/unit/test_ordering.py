"""ORDER BY that the engine can sort by."""

import pyoxigraph as ox
import pytest

from citydiplomacy.ordering import numbers_last

REWRITTEN = [
    ("SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 1", "ORDER BY ASC(ISNUMERIC(?o)) ?o LIMIT 1"),
    ("SELECT * {} order\n by desc( $a )?b", "order\n by desc(ISNUMERIC($a)) desc( $a )ASC(ISNUMERIC(?b)) ?b"),
    ("SELECT * { { SELECT ?a {} ORDER BY ?a } }", "ORDER BY ASC(ISNUMERIC(?a)) ?a } }"),
    ("SELECT * {} ORDER BY ?a LCASE(?b) ?c", "ORDER BY ASC(ISNUMERIC(?a)) ?a LCASE(?b) ?c"),
]
UNTOUCHED = [
    "SELECT * { ?s ?p 'ORDER BY ?x' } # ORDER BY ?y",
    'SELECT * { ?s <http://e/a#ORDER> """ORDER BY ?x""" }',
    r"PREFIX e: <http://e/> SELECT * { e:don\'t ?p 'ORDER BY ?x' }",
    "SELECT * {} ORDER BY STR(?x)",
    "SELECT ?ORDER { ?ORDER ?BY ?x }",
]


@pytest.mark.parametrize(("query", "end"), REWRITTEN)
def test_numbers_come_last_by_each_variable(query: str, end: str) -> None:
    rewritten = numbers_last(query)
    assert rewritten.endswith(end)
    ox.Store().query(rewritten)


@pytest.mark.parametrize("query", UNTOUCHED)
def test_nothing_else_is_touched(query: str) -> None:
    assert numbers_last(query) == query


def test_numbers_are_in_order_among_other_literals() -> None:
    numbers = [one * 37 % 997 for one in range(1, 61)]
    values = [f"{one} '{one}a'" for one in numbers] + ["<http://e/a>", "UNDEF"]
    query = numbers_last(f"SELECT ?x {{ VALUES ?x {{ {' '.join(values)} }} }} ORDER BY ?x")
    rows = [row["x"] for row in ox.Store().query(query)]  # type: ignore[union-attr]
    assert rows[:2] == [None, ox.NamedNode("http://e/a")]
    assert [row.value for row in rows[2:62]] == sorted(f"{one}a" for one in numbers)
    assert [int(row.value) for row in rows[62:]] == sorted(numbers)
