"""The canned queries as RDF, so that SPARQL editors list them by themselves: one ``sh:SPARQLExecutable`` a query.

They stand in the graph that such editors look for, the endpoint's IRI with ``/.well-known/sparql-examples`` behind it
(the convention of the SIB sparql-examples: https://github.com/sib-swiss/sparql-examples).
"""

from __future__ import annotations

from collections.abc import Iterator

from citydiplomacy.names import DCTERMS, RDF, RDFS, SCHEMA, SH, Names
from citydiplomacy.nquads import Statement, iri, literal
from citydiplomacy.queries import CannedQuery, Gallery

TYPE, LABEL = iri(RDF + "type"), iri(RDFS + "label")
LICENSE = iri(DCTERMS + "license")
EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}


def examples_graph(names: Names) -> str:
    """IRI of the graph that holds the examples."""
    return names.base + "sparql/.well-known/sparql-examples"


def example_lines(gallery: Gallery, names: Names, licence: str) -> list[str]:
    """The N-Quads of all canned queries, each with the text it has when no parameter is given a value of its own.

    ``licence`` is the IRI of the licence they are under, "" for none.
    """
    graph = iri(examples_graph(names))
    triples = [triple for query in gallery.queries.values() for triple in _triples(query, names)]
    triples += _of_graph(graph) if triples else ()
    if licence:
        triples += [(subject, LICENSE, iri(licence)) for subject in dict.fromkeys(subject for subject, _, _ in triples)]
    return [Statement(subject, predicate, value, graph).line for subject, predicate, value in triples]


def _of_graph(graph: str) -> Iterator[tuple[str, str, str]]:
    """What the graph says of itself."""
    yield graph, LABEL, literal("canned queries", language="en")
    yield graph, LABEL, literal("vorbereitete Abfragen", language="de")


def _triples(query: CannedQuery, names: Names) -> Iterator[tuple[str, str, str]]:
    subject = iri(f"{names.base}queries/{query.name}")
    kind, predicate = EXECUTABLES[query.form]
    yield subject, TYPE, iri(SH + "SPARQLExecutable")
    yield subject, TYPE, iri(SH + kind)
    yield subject, iri(SH + predicate), literal(query.bind({}, names).strip())
    yield subject, iri(SCHEMA + "target"), iri(names.base + "sparql")
    yield subject, iri(SCHEMA + "keywords"), literal(query.topic)
    for language, text in query.title.items():
        yield subject, LABEL, literal(text, language=language)
    for language, text in query.question.items():
        yield subject, iri(RDFS + "comment"), literal(text, language=language)
