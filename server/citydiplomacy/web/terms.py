"""The ontology's terms and the shapes' requirements, read for their documentation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from citydiplomacy.names import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Names
from citydiplomacy.nquads import iri_of, literal_of, value_of
from citydiplomacy.queries import CannedQuery, Gallery
from citydiplomacy.release import Release
from citydiplomacy.store import statements_of

KINDS = {
    "Class": {"en": "Class", "de": "Klasse"},
    "ObjectProperty": {"en": "Object property", "de": "Objekteigenschaft"},
    "DatatypeProperty": {"en": "Datatype property", "de": "Datentypeigenschaft"},
    "AnnotationProperty": {"en": "Annotation property", "de": "Anmerkungseigenschaft"},
}
TEXTS = {
    RDFS + "label": "label",
    SKOS + "definition": "definition",
    SKOS + "example": "example",
    SKOS + "scopeNote": "note",
}
LINKS = {
    RDFS + "subClassOf": {"en": "is a", "de": "ist ein"},
    RDFS + "subPropertyOf": {"en": "implies", "de": "folgt"},
    RDFS + "domain": {"en": "of", "de": "von"},
    RDFS + "range": {"en": "to", "de": "zu"},
    OWL + "inverseOf": {"en": "inverse", "de": "Umkehrung"},
    OWL + "disjointWith": {"en": "never a", "de": "nie ein"},
    OWL + "equivalentClass": {"en": "same as", "de": "gleich"},
    OWL + "equivalentProperty": {"en": "same as", "de": "gleich"},
    DCTERMS + "source": {"en": "source", "de": "Quelle"},
    DCTERMS + "isReplacedBy": {"en": "replaced by", "de": "ersetzt durch"},
}
PREFIX = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
Triple = tuple[str, str, str]


@dataclass
class Term:
    """One term: texts by name and language, links by property, and what uses it."""

    iri: str
    name: str
    kind: str
    module: str
    texts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    links: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    shapes: list[Requirement] = field(default_factory=list)
    queries: list[CannedQuery] = field(default_factory=list)
    deprecated: bool = False


@dataclass
class Requirement:
    """One named shape: its messages by language, its severity, and the terms it is about."""

    iri: str
    name: str
    file: str
    messages: dict[str, str] = field(default_factory=dict)
    severity: str = ""
    terms: set[str] = field(default_factory=set)

    def message(self, language: str) -> str:
        """Its message in a language, else in English, else in any; empty where it has none."""
        return self.messages.get(language) or self.messages.get("en") or next(iter(self.messages.values()), "")


@dataclass(frozen=True)
class Vocabulary:
    """Everything the documentation shows: terms by module, requirements by file, the header's texts."""

    modules: dict[str, list[Term]]
    requirements: dict[str, list[Requirement]]
    header: dict[str, list[str]]

    @property
    def terms(self) -> list[Term]:
        return [term for terms in self.modules.values() for term in terms]

    def said(self, name: str, default: str = "") -> str:
        """What the ontology's header says under a name of DCTERMS, in English where it says it in several languages."""
        values = self.header.get(DCTERMS + name, [])
        parts = [part for value in values if (part := literal_of(value))]
        english = (part.text for part in parts if part.language == "en")
        return next(english, parts[0].text if parts else value_of(values[0]) if values else default)

    @property
    def licence(self) -> str:
        """The IRI of the data's licence; empty where none is stated."""
        return self.said("license")

    def requirement(self, name: str) -> Requirement | None:
        """The requirement of a number or name; None where there is none."""
        return next((one for some in self.requirements.values() for one in some if one.name == name), None)


def read_vocabulary(release: Release, gallery: Gallery) -> Vocabulary:
    """The vocabulary of a release, from its own copies of the ontology's and the shapes' files."""
    names = release.names
    requirements = read_requirements(release.directory / "shapes", names)
    modules: dict[str, list[Term]] = {}
    header: dict[str, list[str]] = defaultdict(list)
    known: dict[str, Term] = {}
    triples: list[Triple] = []
    for path in sorted((release.directory / "ontology").rglob("*.ttl")):
        found = _triples(path)
        triples += found
        if "alignments" not in path.parts:
            terms = _declared(found, names, path.stem)
            known |= {term.iri: term for term in terms}
            if terms:
                modules[path.stem] = sorted(terms, key=lambda term: (list(KINDS).index(term.kind), term.name))
    for subject, predicate, value in triples:
        if iri_of(subject) == names.ontology:
            header[iri_of(predicate) or ""].append(value)
        elif (iri_of(subject) or "") in known:
            _describe(known[subject[1:-1]], predicate, value)
    _connect(known, requirements, gallery, names)
    by_file: dict[str, list[Requirement]] = defaultdict(list)
    for one in requirements:
        by_file[one.file].append(one)
    return Vocabulary(modules, dict(by_file), dict(header))


def read_requirements(folder: Path, names: Names) -> list[Requirement]:
    """The named shapes of a folder's files, in their order by file and name."""
    found: list[Requirement] = []
    for path in sorted(folder.rglob("*.ttl")):
        triples = _triples(path)
        owners = _owners(triples)
        here: dict[str, Requirement] = {}
        for subject, predicate, value in triples:
            if (
                predicate == f"<{RDF}type>"
                and value in (f"<{SH}NodeShape>", f"<{SH}PropertyShape>")
                and iri_of(subject)
            ):
                here[subject] = Requirement(subject[1:-1], re.split(r"[#/]", subject[1:-1])[-1], path.stem)
        for subject, predicate, value in triples:
            if owners.get(subject, subject) in here:
                _require(here[owners.get(subject, subject)], subject, predicate, value, names)
        found += sorted(here.values(), key=lambda one: one.name)
    return found


def _require(one: Requirement, subject: str, predicate: str, value: str, names: Names) -> None:
    parts = literal_of(value)
    if parts and predicate == f"<{SH}message>" and subject == f"<{one.iri}>":
        one.messages[parts.language or "en"] = parts.text
    elif predicate == f"<{SH}severity>":
        one.severity = value[1:-1].removeprefix(SH)
    elif (iri_of(value) or "").startswith(names.ontology + "#"):
        one.terms.add(value[1:-1])


def _owners(triples: Iterable[Triple]) -> dict[str, str]:
    """For each blank node the named shape that it is a part of."""
    parents = {value: subject for subject, _, value in triples if value.startswith("_:")}
    owners = {}
    for node in parents:
        top = node
        while top in parents:
            top = parents[top]
        owners[node] = top
    return owners


def _declared(triples: Iterable[Triple], names: Names, module: str) -> list[Term]:
    kinds = {f"<{OWL}{kind}>": kind for kind in KINDS}
    return [
        Term(subject[1:-1], subject[1:-1].partition("#")[2], kinds[value], module)
        for subject, predicate, value in triples
        if predicate == f"<{RDF}type>" and value in kinds and subject.startswith(f"<{names.ontology}#")
    ]


def _describe(term: Term, predicate: str, value: str) -> None:
    prop, parts = predicate[1:-1], literal_of(value)
    if prop in TEXTS and parts:
        term.texts[TEXTS[prop]][parts.language or "en"] = parts.text
    elif prop in LINKS and iri_of(value):
        term.links[prop].append(value[1:-1])
    elif prop == OWL + "deprecated":
        term.deprecated = True


def _connect(known: dict[str, Term], requirements: list[Requirement], gallery: Gallery, names: Names) -> None:
    for requirement in requirements:
        for iri in sorted(requirement.terms & set(known)):
            known[iri].shapes.append(requirement)
    for query in gallery.queries.values():
        prefixes = [prefix for prefix, namespace in PREFIX.findall(query.text) if namespace == names.ontology + "#"]
        for prefix in prefixes:
            used = set(re.findall(rf"(?<![\w:-]){re.escape(prefix)}:(\w+)", query.text))
            for name in sorted(used):
                if names.term(name) in known and query not in known[names.term(name)].queries:
                    known[names.term(name)].queries.append(query)


def _triples(path: Path) -> list[Triple]:
    return [(subject, predicate, value) for subject, predicate, value, _ in statements_of(path.read_bytes(), "turtle")]
