"""All statements of a repository, read once, each with its graph, file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.errors import RepositoryError
from citydiplomacy.evidence import Passage, SourceText, pair_ranges
from citydiplomacy.findings import Finding
from citydiplomacy.names import OWL, RDFS, SKOS, Names
from citydiplomacy.reading import LocatedQuad, read
from citydiplomacy.repository import Repository

DECLARATIONS = {
    URIRef(OWL + kind)
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual")
} | {URIRef(RDFS + "Datatype"), URIRef(SKOS + "ConceptScheme")}


@dataclass(frozen=True)
class Content:
    """What stands in a repository's files: the ontology's statements and the data's, and what could not be read."""

    names: Names
    ontology: tuple[LocatedQuad, ...]
    alignments: tuple[LocatedQuad, ...]
    data: tuple[LocatedQuad, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def quads(self) -> Iterator[LocatedQuad]:
        """Every statement that is published."""
        yield from self.ontology
        yield from self.alignments
        yield from self.data

    @cached_property
    def declared(self) -> frozenset[str]:
        """IRIs of all terms the ontology files declare, our own and outside ones."""
        return frozenset(
            str(quad.subject) for quad in self.ontology if quad.predicate == RDF.type and quad.object in DECLARATIONS
        )

    @cached_property
    def typed(self) -> frozenset[Node]:
        """Everything that has a type somewhere."""
        return frozenset(quad.subject for quad in self.quads if quad.predicate == RDF.type)

    @cached_property
    def by_graph(self) -> dict[str, list[LocatedQuad]]:
        """The data's statements by the graph they stand in; "" for those in none."""
        graphs: dict[str, list[LocatedQuad]] = {}
        for quad in self.data:
            graphs.setdefault(str(quad.graph or ""), []).append(quad)
        return graphs

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """The records of all passages; those with impossible ranges are left out (``claims`` reports them)."""
        records = (_passage(iri, quads, self.names) for iri, quads in self.passage_records.items())
        return {passage.iri: passage for passage in records if passage}

    @cached_property
    def passage_records(self) -> dict[str, list[LocatedQuad]]:
        """The statements of each passage's record, which stand in the document's graph."""
        records: dict[str, list[LocatedQuad]] = {}
        for quad in self.data:
            if str(quad.subject).startswith(self.names.passages) and quad.graph and _is_source(quad.graph, self.names):
                records.setdefault(str(quad.subject), []).append(quad)
        return records

    @cached_property
    def documents(self) -> dict[str, str]:
        """SHA-256 of each source document's text, by the document's IRI."""
        digest = URIRef(self.names.term("sha256"))
        return {
            str(quad.subject): str(quad.object)
            for quad in self.data
            if quad.predicate == digest and quad.subject == quad.graph
        }

    def documents_of(self, source: SourceText) -> list[str]:
        """The IRIs of the documents that ``source`` is the text of; RepositoryError where no record has its digest."""
        found = [iri for iri, digest in self.documents.items() if digest == source.sha256]
        if not found:
            known = ", ".join(self.documents) or "none"
            raise RepositoryError(f"No document record has this text's digest {source.sha256} (documents: {known}).")
        return found


def read_content(repository: Repository) -> Content:
    """Reads every content file. What can not be read becomes a finding; the rest is still there."""
    findings: list[Finding] = []

    def gather(paths: Iterable[Path]) -> tuple[LocatedQuad, ...]:
        quads: list[LocatedQuad] = []
        for path in paths:
            more, wrong = read(path, repository.relative(path), repository.graph_of(path))
            quads += more
            findings.extend(wrong)
        return tuple(quads)

    ontology, alignments = gather(repository.ontology_files), gather(repository.alignment_files)
    return Content(repository.names, ontology, alignments, gather(repository.data_files), tuple(findings))


def _is_source(graph: Node, names: Names) -> bool:
    return str(graph).startswith(names.sources)


def _passage(iri: str, quads: list[LocatedQuad], names: Names) -> Passage | None:
    values: dict[str, list[Node]] = {}
    for quad in quads:
        values.setdefault(str(quad.predicate), []).append(quad.object)
    try:
        ranges = pair_ranges(
            _integers(values.get(names.term("firstLine"), [])), _integers(values.get(names.term("lastLine"), []))
        )
        pages = _integers(values.get(names.term("page"), []))
    except ValueError:
        return None
    digests = values.get(names.term("sha256"), [])
    return Passage(
        iri=iri,
        document=str(quads[0].graph),
        ranges=ranges,
        page=min(pages) if pages else None,
        sha256=str(digests[0]) if len(digests) == 1 else None,
        file=quads[0].file,
        line=min(quad.line for quad in quads),
    )


def _integers(nodes: Iterable[Node]) -> list[int]:
    """The whole numbers the literals stand for; ValueError where one is none."""
    numbers = []
    for node in nodes:
        if not isinstance(node, Literal) or not isinstance(node.value, int):
            raise ValueError(f"{node} is no whole number")
        numbers.append(int(node.value))
    return numbers
