"""The canned queries as RDF, so that SPARQL editors list them by themselves: one ``sh:SPARQLExecutable`` a query.

They stand in the graph that such editors look for, the endpoint's IRI with ``/.well-known/sparql-examples`` behind it
(the convention of the SIB sparql-examples: https://github.com/sib-swiss/sparql-examples).
"""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.names import DCTERMS, SCHEMA, SH, Names
from citydiplomacy.queries import CannedQuery, Gallery

EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}


def examples_graph(names: Names) -> str:
    """IRI of the graph that holds the examples."""
    return names.base + "sparql/.well-known/sparql-examples"


def example_lines(gallery: Gallery, names: Names) -> list[str]:
    """The N-Quads of all canned queries, each with the text it has when no parameter is given a value of its own."""
    graph = f"<{examples_graph(names)}>"
    triples = [triple for query in gallery.queries.values() for triple in _triples(query, names)]
    return [
        f"{subject.n3()} {predicate.n3()} {value.n3()} {graph} .\n"
        for subject, predicate, value in [*triples, *(_of_graph(names) if triples else ())]
    ]


def _of_graph(names: Names) -> Iterator[tuple[Node, Node, Node]]:
    """What the graph says of itself."""
    graph = URIRef(examples_graph(names))
    yield graph, URIRef(DCTERMS + "license"), URIRef("https://creativecommons.org/licenses/by/4.0/")
    yield graph, RDFS.label, Literal("canned queries", lang="en")
    yield graph, RDFS.label, Literal("vorbereitete Abfragen", lang="de")


def _triples(query: CannedQuery, names: Names) -> Iterator[tuple[Node, Node, Node]]:
    iri = URIRef(f"{names.base}queries/{query.name}")
    kind, predicate = EXECUTABLES[query.form]
    yield iri, RDF.type, URIRef(SH + "SPARQLExecutable")
    yield iri, RDF.type, URIRef(SH + kind)
    yield iri, URIRef(SH + predicate), _one_line(query.bind({}, names).strip())
    yield iri, URIRef(SCHEMA + "target"), URIRef(names.base + "sparql")
    yield iri, URIRef(SCHEMA + "keywords"), Literal(query.topic)
    yield iri, URIRef(DCTERMS + "license"), URIRef("https://creativecommons.org/licenses/by/4.0/")
    for language, text in query.title.items():
        yield iri, RDFS.label, Literal(text, lang=language)
    for language, text in query.question.items():
        yield iri, RDFS.comment, Literal(text, lang=language)


class _Quoted(Literal):
    """A literal that writes itself on one line, as N-Quads need it."""

    def n3(self, namespace_manager: object = None) -> str:
        escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
        return '"' + "".join(escapes.get(character, character) for character in str(self)) + '"'


def _one_line(text: str) -> _Quoted:
    return _Quoted(text)
