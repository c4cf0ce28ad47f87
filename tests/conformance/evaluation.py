"""Evaluation, format and syntax tests: asked of the engine in this process, then over HTTP in every way and format."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyoxigraph as ox
from answers import XSD, Answer, Solutions, Term, lossy, same, solutions
from manifests import Suite, Test
from rdflib import Graph
from reading import read, read_file
from serving import NOWHERE, Client, Pairs

from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.sparql import from_clauses
from citydiplomacy.tokens import tokens

WAYS = ("get", "form", "direct", "query")


@dataclass(frozen=True)
class Outcome:
    """What came of a test: whether the engine passes it by itself, and what is wrong over HTTP (empty: nothing)."""

    engine: bool
    problem: str = ""


class Evaluator:
    """Runs tests against a server that serves all graphs of the suite, each under the IRI it goes by."""

    def __init__(self, suite: Suite, client: Client, quads: dict[str, list[ox.Quad]]) -> None:
        self._suite = suite
        self._client = client
        self._quads = quads
        self._whole = ox.Store()
        for one in quads.values():
            self._whole.extend(one)

    def run(self, test: Test) -> Outcome:
        if "Syntax" in test.kind:
            return self._syntax(test)
        assert test.result
        ordered = any(token.text.upper() == "ORDER" for token in tokens(test.query))
        expected = read_file(test.result, test.query_base, ordered=ordered)
        problems, reference = [], expected
        for number, one in enumerate(_formats(test, expected)):
            problem, got = self._compare(test, reference, one, WAYS[number % 4])
            problems.append(problem)
            if one.name == "json" and isinstance(got, Solutions):
                reference = replace(got, ordered=ordered)  # equal by value; CSV must have just its digits
        return Outcome(self._by_itself(test, expected), "; ".join(filter(None, problems)))

    def _compare(self, test: Test, expected: Answer, chosen: Format, way: str) -> tuple[str, Answer | None]:
        """What is wrong with the answer in one format, asked in one way; and the answer, where nothing is."""
        got = self._client.ask(_text(test), self._dataset(test), chosen.media_type, way)
        if got.status != 200 or got.media_type != chosen.media_type:
            return f"{way} {chosen.name}: {got.status} {got.media_type} {got.body[:200].decode(errors='replace')}", None
        answer = read(got.body, chosen.name)
        if chosen.name == "csv" and isinstance(expected, Solutions):
            expected = lossy(expected)
        if same(expected, answer, lax=test.lax):
            return "", answer
        return f"{way} {chosen.name}: another answer", None

    def _dataset(self, test: Test) -> Pairs:
        """The test's dataset as the request names it; none where the query does so itself."""
        if _names_its_graphs(test):
            return []
        defaults = [("default-graph-uri", iri) for iri in test.default_graphs or (NOWHERE,)]
        return [*defaults, *(("named-graph-uri", iri) for iri in test.named_graphs)]

    def _store(self, test: Test) -> ox.Store:
        """The test's dataset as the engine has it by itself."""
        if _names_its_graphs(test):
            return self._whole
        store = ox.Store()
        for iri in test.default_graphs:
            store.extend(ox.Quad(q.subject, q.predicate, q.object, ox.DefaultGraph()) for q in self._quads[iri])
        for iri in test.named_graphs:
            store.extend(self._quads[iri])
            store.add_graph(ox.NamedNode(iri))
        return store

    def _by_itself(self, test: Test, expected: Answer) -> bool:
        """Whether the engine passes an evaluation test without us."""
        try:
            got = _answer(self._store(test).query(_text(test)))
        except (SyntaxError, RuntimeError, ValueError):
            return False
        if test.kind == "CSVResultFormatTest" and isinstance(got, Solutions):
            got = lossy(got)
        return same(expected, got, lax=test.lax)

    def _syntax(self, test: Test) -> Outcome:
        """A positive test passes where the query is read, a negative one where it is refused as malformed.

        A query that is read may still be refused: the engine runs none with a function that it does not know.
        """
        positive = test.kind.startswith("Positive")
        try:
            ox.Store().query(_text(test))
            read_by_engine = True
        except SyntaxError:
            read_by_engine = False
        except RuntimeError:
            read_by_engine = True
        got = self._client.ask(_text(test), [("default-graph-uri", NOWHERE)], "*/*")
        read_by_us = got.status == 200 or b"The engine can not run this query" in got.body
        problem = "" if read_by_us == positive and got.status in (200, 400) else f"{got.status}: {got.body[:300]!r}"
        return Outcome(read_by_engine == positive, problem)


def _text(test: Test) -> str:
    """The query, with the base IRI that it has from its file."""
    return f"BASE <{test.query_base}> {test.query}"


def _formats(test: Test, expected: Answer) -> tuple[Format, ...]:
    """The formats an answer is to come in."""
    if test.kind == "CSVResultFormatTest":
        return tuple(one for one in RESULTS if one.name == "csv")
    if isinstance(expected, bool):
        return RESULTS[:2]  # CSV and TSV have no booleans
    return GRAPHS if isinstance(expected, Graph) else RESULTS


def _names_its_graphs(test: Test) -> bool:
    clauses = from_clauses(test.query)
    return bool(clauses.defaults or clauses.named)


def _answer(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    """The engine's result."""
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    if isinstance(result, ox.QueryTriples):
        return Graph().parse(data="".join(f"{triple} .\n" for triple in result), format="nt")
    names = [variable.value for variable in result.variables]
    rows = [{name: _term(row[name]) for name in names if row[name] is not None} for row in result]
    return solutions(rows, names)


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    assert isinstance(term, ox.Literal)
    datatype = term.datatype.value
    if term.language:
        return Term("literal", term.value, "@" + term.language)
    return Term("literal", term.value, "" if datatype == XSD + "string" else datatype)
