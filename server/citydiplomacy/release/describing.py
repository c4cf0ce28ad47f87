"""Writing descriptions of a release as RDF: statements in, Turtle out; and what the content says of itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from citydiplomacy.names import DCTERMS, OUTSIDE_PREFIXES, PROV, RDF, VOID, XSD, Names
from citydiplomacy.nquads import Statement, iri, literal, literal_of, statements, value_of
from citydiplomacy.store import convert

DCAT = "http://www.w3.org/ns/dcat#"
SPDX = "http://spdx.org/rdf/terms#"
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
AS = "https://www.w3.org/ns/activitystreams#"
MORE_PREFIXES = {"as": AS, "dcat": DCAT, "void": VOID, "spdx": SPDX, "ldes": LDES, "tree": TREE}
KNOWN = OUTSIDE_PREFIXES | MORE_PREFIXES
LICENSE = DCTERMS + "license"
NOWHERE = "<urn:x-citydiplomacy:description>"


@dataclass
class Description:
    """Statements as they are gathered. Properties are written ``dcat:title``, values as N-Quads terms."""

    names: Names
    lines: set[str] = field(default_factory=set)

    def licence(self, subject: str, licence: str) -> None:
        """Says under which licence something is; nothing where none is known ("")."""
        self.say(subject, "dcterms:license", *([iri(licence)] if licence else []))

    def say(self, subject: str, name: str, *values: str) -> None:
        """Adds ``subject name value`` for each value; ``subject`` is an IRI, "a" stands for rdf:type."""
        predicate = iri(RDF + "type") if name == "a" else iri(expand(name))
        for value in values:
            self.state(subject, predicate, value)

    def state(self, subject: str, predicate: str, value: str) -> None:
        """Adds a statement whose predicate and value are N-Quads terms."""
        self.lines.add(Statement(iri(subject), predicate, value, NOWHERE).line)

    def texts(self, subject: str, name: str, texts: dict[str, str]) -> None:
        """Adds a text in each of its languages."""
        self.say(subject, name, *(literal(text, language=language) for language, text in texts.items()))

    def turtle(self) -> bytes:
        """All statements as Turtle, in a fixed order."""
        return convert(sorted(self.lines), "turtle", self.names.prefixes | MORE_PREFIXES)


def expand(name: str) -> str:
    """The IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return KNOWN[prefix] + local


def kind(name: str) -> str:
    """A prefixed name as an N-Quads term."""
    return iri(expand(name))


def number(value: int) -> str:
    return literal(str(value), datatype=XSD + "integer")


def date(value: str) -> str:
    return literal(value, datatype=XSD + "date")


def fragment(names: Names, value: str) -> str:
    """A name for an IRI that fits behind a hash: ``City`` for our own terms, ``skos-Concept`` for others'."""
    short = value.removeprefix(names.ontology + "#") if value.startswith(names.ontology + "#") else names.shorten(value)
    return re.sub(r"[^\w.]+", "-", short.strip("<>")).strip("-")


@dataclass(frozen=True)
class Header:
    """What the ontology's header says of the whole, and the licence of each graph that states one; "" for none.

    ``issued`` is the latest of its dates: modified, issued, created.
    """

    titles: dict[str, str]
    descriptions: dict[str, str]
    licence: str
    publisher: str
    publisher_names: dict[str, str]
    version: str
    version_iri: str
    issued: str
    citation: str
    licences: dict[str, str]
    origins: dict[str, list[str]]
    documents: list[str]

    def licence_of(self, graph: str) -> str:
        """The licence of a graph: its own, else that of the whole."""
        return self.licences.get(graph, self.licence)


def header_of(lines: Collection[str], names: Names) -> Header:
    """Reads the header; what it does not say gets a word of ours."""
    starts, origin = (f"<{names.ontology}> ", f"<{names.sources}"), PROV + "wasDerivedFrom"
    said: dict[tuple[str, str], list[str]] = {}
    documents: set[str] = set()
    few = (line for line in lines if line.startswith(starts) or LICENSE in line or origin in line)
    for one in statements(few):
        subject, predicate = value_of(one.subject), value_of(one.predicate)
        if subject == names.ontology or predicate in (LICENSE, origin):
            said.setdefault((subject, predicate), []).append(one.object)
        if one.graph == one.subject and subject.startswith(names.sources):
            documents.add(subject)
    stated = said.get((names.ontology, expand("dcterms:publisher")), [f"{names.base}catalog#publisher"])
    publisher = value_of(min(stated))
    for one in statements(line for line in lines if line.startswith(f"<{publisher}> ")):
        said.setdefault((publisher, value_of(one.predicate)), []).append(one.object)
    return _header(said, names, publisher, sorted(documents))


def _header(said: dict[tuple[str, str], list[str]], names: Names, publisher: str, documents: list[str]) -> Header:
    def texts(subject: str, *names_: str) -> dict[str, str]:
        values = next((said[subject, expand(name)] for name in names_ if (subject, expand(name)) in said), [])
        parts = [part for value in values if (part := literal_of(value))]
        return {part.language or "en": part.text for part in sorted(parts, key=lambda part: part.language)}

    def first(name: str, default: str) -> str:
        return value_of(min(said.get((names.ontology, expand(name)), [default])))

    titles = texts(names.ontology, "dcterms:title") or {"en": f"Linked data at {names.base}"}
    graphs = {subject for subject, _ in said if subject.startswith(names.graphs)}
    return Header(
        titles=titles,
        descriptions=texts(names.ontology, "dcterms:description", "dcterms:abstract") or titles,
        licence=first("dcterms:license", ""),
        publisher=publisher,
        publisher_names=texts(publisher, "rdfs:label", "foaf:name") or {"en": "The publishers of this repository"},
        version=first("owl:versionInfo", ""),
        version_iri=first("owl:versionIRI", names.ontology),
        issued=max(first(f"dcterms:{name}", "") for name in ("modified", "issued", "created")),
        citation=first("dcterms:bibliographicCitation", ""),
        licences={g: value_of(said[g, LICENSE][0]) for g in graphs if (g, LICENSE) in said},
        origins={g: sorted(map(value_of, said.get((g, expand("prov:wasDerivedFrom")), []))) for g in graphs},
        documents=documents,
    )
