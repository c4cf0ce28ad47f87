"""Why a query answers nothing."""

import pyoxigraph as ox
import pytest

from citydiplomacy.errors import BadQuery, ReadOnly
from citydiplomacy.explaining import Explanation, explain
from citydiplomacy.names import Names

BASE = "http://e/"
DATA = """
@prefix : <http://e/ontology#> .
<http://e/id/ada> a :Person ; :knows <http://e/id/bob> ; :age 7 .
<http://e/id/bob> a :Person .
"""
PROLOGUE = "PREFIX : <http://e/ontology#>\nPREFIX id: <http://e/id/>\n"


def explained(query: str) -> Explanation:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    known = ["http://e/ontology#Person", "http://e/ontology#knows", "http://e/id/ada"]
    return explain(PROLOGUE + query, lambda text: bool(store.query(text)), Names(BASE), known)


KILLERS = [
    ("SELECT * { ?p a :Person ; :knows ?q ; :knows ?r . ?q :knows ?z . ?z :age ?a }", "?q :knows ?z", 3),
    ("SELECT * {\n ?p a :Person ;\n :knows ?q ; :likes ?r ; :age ?a }", "?p a :Person ; :knows ?q ; :likes ?r", 4),
    ("SELECT * { ?p a :Person . FILTER(?a > 9) ?p :age ?a }", "FILTER(?a > 9)", 3),
    ("SELECT * { ?p :knows ?q . FILTER NOT EXISTS { ?q a :Person } }", "FILTER NOT EXISTS { ?q a :Person }", 3),
    ("SELECT * { { ?p :likes ?q } UNION { ?p :hates ?q } }", "{ ?p :likes ?q } UNION { ?p :hates ?q }", 3),
    ("SELECT * { VALUES (?p) { (id:ada) } ?p :knows id:ada }", "?p :knows id:ada", 3),
    ("SELECT * { ?p a :Person . GRAPH ?g { ?p a :Person } }", "GRAPH ?g { ?p a :Person }", 3),
    ("ASK { OPTIONAL { ?p :likes ?q } ?p :hates ?r }", "?p :hates ?r", 3),
    ("SELECT (COUNT(*) AS ?n) WHERE { ?p :knows [ :age ?a ] . }", "?p :knows [ :age ?a ]", 3),
    ("CONSTRUCT { ?p :made 1 } WHERE { ?p a :Person ; :likes ?q }", "?p a :Person ; :likes ?q", 3),
    ("CONSTRUCT WHERE { ?p :likes ?q }", "?p :likes ?q", 3),
    ("SELECT (EXISTS { ?p :made ?x } AS ?y) WHERE { ?p :likes ?q }", "?p :likes ?q", 3),
    ("DESCRIBE ?p { ?p :likes ?q }", "?p :likes ?q", 3),
    ("SELECT * # {\n{ ?p a :Person . # }\n ?p :likes '}' }", "?p :likes '}'", 5),
]


@pytest.mark.parametrize(("query", "pattern", "line"), KILLERS)
def test_names_the_first_pattern_without_a_solution(query: str, pattern: str, line: int) -> None:
    killer = explained(query).killer
    assert killer is not None
    assert killer.text == pattern
    assert killer.line <= line


def test_query_with_solutions_has_no_such_pattern() -> None:
    explanation = explained("SELECT * { ?p a :Person ; :knows ?q . OPTIONAL { ?q :likes ?x } FILTER(?p != ?q) }")
    assert explanation.killer is None
    assert all(step.solvable for step in explanation.steps)


def test_names_unknown_iris_with_the_closest_known_one() -> None:
    unknown = explained("SELECT * { ?p a :Persn ; <http://other/p> ?o ; :knows id:ada }").unknown
    assert [(one.iri, one.hint) for one in unknown] == [
        ("http://e/ontology#Persn", "did you mean http://e/ontology#Person?"),
        ("http://other/p", ""),
    ]


def test_template_makes_what_need_not_be_known() -> None:
    assert explained("CONSTRUCT { ?p :made <http://other/x> } WHERE { ?p a :Person }").unknown == ()


@pytest.mark.parametrize(
    "query", ["DESCRIBE id:ada", "CONSTRUCT { id:ada :age 1 }", "SELECT * { " + "#" * 20_001 + "\n}"]
)
def test_what_can_not_be_explained_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        explained(query)


def test_updates_are_not_explained() -> None:
    with pytest.raises(ReadOnly):
        explained("INSERT DATA { id:ada :age 1 }")


@pytest.mark.parametrize(
    "query", ["SELECT * {", "SELECT * { ?p", "SELECT * { FILTER", "SELECT * { VALUES ?x", "ASK { . }"]
)
def test_broken_queries_end_without_a_crash(query: str) -> None:
    explained_or_refused(query)


def explained_or_refused(query: str) -> None:
    def ask(text: str) -> bool:
        try:
            return bool(ox.Store().query(text))
        except SyntaxError as error:
            raise BadQuery(str(error)) from error

    explain(query, ask, Names(BASE), [])
