"""The triple store. Only this module, diskstore and canonical know pyoxigraph.

The default graph is the merge of all named graphs, filled when the store is loaded. The engine's own union option
counts a statement that stands in two graphs twice (oxigraph issue 1919), so neither it nor several FROM graphs are left
to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby, islice
from pathlib import Path
from types import MappingProxyType
from typing import IO, NamedTuple

import pyoxigraph as ox

from citydiplomacy.diagnosis import diagnose
from citydiplomacy.errors import BadQuery, NotAcceptable
from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.nquads import graph_of, is_in_graph
from citydiplomacy.sparql import from_clauses

RDF_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}
RESULT_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
FORMATS = {one.name: one for one in (*RESULTS, *GRAPHS)}
PIECE = 10_000  # lines parsed at once
PREFIXES, USED = re.compile(rb"(?:@prefix [^\n]*\n)*"), re.compile(rb"(?<![\w.-])([\w-]+):")
Store = ox.Store
Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class DatasetChoice(NamedTuple):
    """The RDF dataset of a request (SPARQL 1.1 Protocol, 2.1.4); both empty means the whole store."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.default_graphs or self.named_graphs)


WHOLE = DatasetChoice()


class Question(NamedTuple):
    """A query and how its answer is wanted: the names of a results format and a graph format, None if unacceptable.

    ``prefixes`` may be used without being declared; ``known_prefixes`` are only suggested where one is missing.
    ``base`` is what relative IRIs are resolved against where the query has no BASE.
    """

    query: str
    results: str | None = "json"
    graphs: str | None = "turtle"
    dataset: DatasetChoice = WHOLE
    prefixes: dict[str, str] | None = None
    known_prefixes: Mapping[str, str] = MappingProxyType({})
    base: str | None = None


def load_store(path: Path) -> ox.Store:
    """An in-memory store with the quads of an N-Quads file and their merge as default graph."""
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    return _merge(store, store, None)


def execute(store: ox.Store, question: Question) -> tuple[Format, Result]:
    """Starts a query; the answer is worked out while it is serialised.

    Raises BadQuery with the engine's line and column, NotAcceptable where no format fits the query's form.
    """
    try:
        answer = _query(store, question, question.dataset or _own_dataset(store, question))
    except SyntaxError as error:
        raise diagnose(str(error), question.query, question.known_prefixes) from error
    except (RuntimeError, ValueError) as error:
        raise BadQuery(f"The engine can not run this query: {error}") from error
    graph_form = isinstance(answer, ox.QueryTriples)
    name = question.graphs if graph_form else question.results
    if name is None:
        offered = GRAPHS if graph_form else RESULTS
        form = "CONSTRUCT and DESCRIBE answer" if graph_form else "SELECT and ASK answer"
        raise NotAcceptable(f"{form} in: {', '.join(one.media_type for one in offered)}.")
    return FORMATS[name], answer


def serialise(chosen: Format, answer: Result, out: IO[bytes], prefixes: dict[str, str]) -> None:
    """Writes an answer, working it out on the way. BadQuery where the engine fails in the middle of it."""
    try:
        if isinstance(answer, ox.QueryTriples):
            ox.serialize(answer, out, RDF_FORMATS[chosen.name], prefixes=prefixes)
        else:
            answer.serialize(out, RESULT_FORMATS[chosen.name])
    except (RuntimeError, ValueError) as error:
        raise BadQuery(f"The engine can not finish this query: {error}") from error


def store_of(lines: Iterable[str]) -> ox.Store:
    """An in-memory store of N-Quads lines, with their merge as default graph."""
    store = ox.Store()
    store.bulk_extend(parsed(lines))
    return _merge(store, store, None)


def select(store: ox.Store, query: str, prefixes: dict[str, str]) -> list[dict[str, str]]:
    """The rows of a trusted SELECT query, each value's IRI or lexical form by its variable; unbound ones are left out.

    BadQuery where it does not parse.
    """
    _, solutions = execute(store, Question(query, prefixes=prefixes))
    if not isinstance(solutions, ox.QuerySolutions):
        raise BadQuery("This is no SELECT query.")
    names = [variable.value for variable in solutions.variables]
    return [{name: row[name].value for name in names if row[name] is not None} for row in solutions]


def statements_of(data: bytes, syntax: str) -> Iterator[tuple[str, str, str, str]]:
    """The statements of a text, each term in N-Triples syntax, the graph "" where there is none.

    Equal terms are one string: a large file needs little memory. SyntaxError where it does not parse; relative IRIs
    without a base are such an error, and nothing outside the text is fetched.
    """
    intern = dict[str, str]().setdefault
    for quad in ox.parse(input=data, format=RDF_FORMATS[syntax]):
        subject, predicate, value = str(quad.subject), str(quad.predicate), str(quad.object)
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
        yield intern(subject, subject), intern(predicate, predicate), intern(value, value), intern(graph, graph)


def convert(lines: Iterable[str], chosen: str, prefixes: dict[str, str]) -> bytes:
    """Sorted N-Quads lines in another RDF format. TriG has each graph once; formats without graphs hold the merge."""
    target = RDF_FORMATS[chosen]
    quads = parsed(_by_graph(lines) if chosen == "trig" else lines)
    parts = quads if target.supports_datasets else (triple for triple, _ in groupby(quad.triple for quad in quads))
    body = ox.serialize(parts, format=target, prefixes=prefixes) or b""
    return _tidy_prefixes(body) if chosen in ("turtle", "trig") else body


def parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    """The statements of N-Quads lines, read in pieces: the text of a large release is never held whole."""
    rest = iter(lines)
    while piece := list(islice(rest, PIECE)):
        yield from ox.parse(input="".join(piece), format=ox.RdfFormat.N_QUADS)


def _by_graph(lines: Iterable[str]) -> Iterator[str]:
    """N-Quads lines, those of one graph together."""
    graphs: dict[str, list[str]] = {}
    for line in lines:
        graphs.setdefault(graph_of(line) if is_in_graph(line) else "", []).append(line)
    return chain.from_iterable(graphs.values())


def _tidy_prefixes(body: bytes) -> bytes:
    """Turtle or TriG with its @prefix lines sorted (the engine has no order for them) and the unused ones left out."""
    match = PREFIXES.match(body)
    end = match.end() if match else 0
    used = {found[1] for found in USED.finditer(body, end)}
    header = sorted(line for line in body[:end].splitlines() if line.split()[1].removesuffix(b":") in used)
    return b"\n".join([*header, b"", memoryview(body)[end:]]) if header else body[end:]


def _own_dataset(store: ox.Store, question: Question) -> DatasetChoice:
    """The dataset that a query names itself, resolved here where it names several graphs: the engine counts what stands
    in two of them, or in one that is named twice, twice.
    """
    clauses = from_clauses(question.query)
    written = (*clauses.defaults, *clauses.named)
    if len(written) < 2:
        return WHOLE
    columns = " ".join(f"({name} AS ?g{number})" for number, name in enumerate(written))
    query = f"{clauses.prologue}\nSELECT {columns} {{}}"
    try:
        rows = store.query(query, base_iri=question.base, prefixes=question.prefixes)
    except SyntaxError:
        return WHOLE  # the engine finds the same in the query itself, and says where
    graphs = tuple(term.value for row in rows for term in row)  # type: ignore[union-attr]
    return DatasetChoice(graphs[: len(clauses.defaults)], graphs[len(clauses.defaults) :])


def _query(store: ox.Store, question: Question, dataset: DatasetChoice) -> Result:
    if not dataset:
        return store.query(question.query, base_iri=question.base, prefixes=question.prefixes)
    named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(iri) for iri in dict.fromkeys(dataset.named_graphs)]
    defaults = [ox.NamedNode(iri) for iri in dict.fromkeys(dataset.default_graphs)]
    # no default graph named: the default graph is empty (SPARQL 1.1 Query, 13.2)
    chosen: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*defaults] or [ox.NamedNode("urn:x-none:")]
    if len(defaults) > 1:
        store = _merged(store, defaults, [one for one in named if isinstance(one, ox.NamedNode)])
        chosen = [ox.DefaultGraph()]
    return store.query(
        question.query,
        base_iri=question.base,
        prefixes=question.prefixes,
        default_graph=chosen,
        named_graphs=named,
    )


def _merged(store: ox.Store, defaults: list[ox.NamedNode], named: list[ox.NamedNode]) -> ox.Store:
    """A store of its own for a request with several default graphs: their merge, and the named graphs beside it."""
    merged = ox.Store()
    for graph in defaults:
        _merge(store, merged, graph)
    for graph in named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return merged


def _merge(store: ox.Store, target: ox.Store, graph: ox.NamedNode | None) -> ox.Store:
    """The target, with the named graphs (or the one) of a store added to its default graph."""
    quads = store.quads_for_pattern(None, None, None, graph)
    named = (quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph))
    target.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object, ox.DefaultGraph()) for quad in named)
    return target
