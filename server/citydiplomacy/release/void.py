"""VoID: what is in a release, in figures (https://www.w3.org/TR/void/). A test counts each of them anew by SPARQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

from citydiplomacy.names import OUTSIDE_PREFIXES, RDF, Names
from citydiplomacy.nquads import iri, iri_of, literal, statements
from citydiplomacy.release.describing import Description, fragment, kind, number
from citydiplomacy.release.directory import Release
from citydiplomacy.release.material import Material
from citydiplomacy.release.slices import WHOLE

TYPE = f"<{RDF}type>"
Triple = tuple[str, str, str]


def void_turtle(material: Material) -> bytes:
    """The description of the dataset and of its slices. Figures are of merges: each triple counts once."""
    release, names = material.release, material.release.names
    void = Description(names)
    document = names.base + ".well-known/void"
    void.say(document, "a", kind("void:DatasetDescription"))
    void.say(document, "foaf:primaryTopic", iri(dataset_iri(names, WHOLE)))
    void.licence(dataset_iri(names, WHOLE), material.header.licence)
    for name, part in material.slices.items():
        triples = {one.triple for one in statements(part)}
        _describe(void, release, name, triples)
        if name == WHOLE:
            _partitions(void, dataset_iri(names, name), triples)
            _linksets(void, triples)
        else:
            void.say(dataset_iri(names, WHOLE), "void:subset", iri(dataset_iri(names, name)))
            void.licence(dataset_iri(names, name), material.header.licence_of(names.graph(name)))
    return void.turtle()


def dataset_iri(names: Names, name: str) -> str:
    """IRI of the dataset (``data``) or of one of its slices, the same in VoID and in the catalogue."""
    return f"{names.base}catalog#{'dataset' if name == WHOLE else name}"


def _describe(void: Description, release: Release, name: str, triples: set[Triple]) -> None:
    names, dataset = release.names, dataset_iri(release.names, name)
    void.say(dataset, "a", kind("void:Dataset"))
    void.say(dataset, "void:triples", number(len(triples)))
    void.say(dataset, "void:distinctSubjects", number(len({subject for subject, _, _ in triples})))
    void.say(dataset, "void:distinctObjects", number(len({value for _, _, value in triples})))
    void.say(dataset, "void:properties", number(len({predicate for _, predicate, _ in triples})))
    void.say(dataset, "void:classes", number(len({value for _, predicate, value in triples if predicate == TYPE})))
    entities = {subject for subject, _, _ in triples if subject.startswith(f"<{names.things}")}
    void.say(dataset, "void:entities", number(len(entities)))
    void.say(dataset, "void:dataDump", iri(release.file_iri(f"{name}.nq.gz")))
    if name == WHOLE:
        void.say(dataset, "void:sparqlEndpoint", iri(names.base + "sparql"))
        void.say(dataset, "void:uriSpace", literal(names.things))
        void.say(dataset, "void:rootResource", iri(names.ontology))
        void.say(dataset, "void:vocabulary", *map(iri, _vocabularies(names, triples)))


def _vocabularies(names: Names, triples: Iterable[Triple]) -> list[str]:
    used = {predicate[1:-1] for _, predicate, _ in triples}
    outside = [space for space in OUTSIDE_PREFIXES.values() if any(one.startswith(space) for one in used)]
    return [names.ontology, *outside]


def _partitions(void: Description, dataset: str, triples: set[Triple]) -> None:
    """How many members each class has, and how many triples each property."""
    here = void.names.base + ".well-known/void#"
    members: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in triples:
        if predicate == TYPE:
            members[value].add(subject)
    for cls, found in members.items():
        part = f"{here}class-{fragment(void.names, cls[1:-1])}"
        void.say(dataset, "void:classPartition", iri(part))
        void.say(part, "void:class", cls)
        void.say(part, "void:entities", number(len(found)))
    for predicate, count in Counter(predicate for _, predicate, _ in triples).items():
        part = f"{here}property-{fragment(void.names, predicate[1:-1])}"
        void.say(dataset, "void:propertyPartition", iri(part))
        void.say(part, "void:property", predicate)
        void.say(part, "void:triples", number(count))


def _linksets(void: Description, triples: set[Triple]) -> None:
    """The links from our things to other sites, by site and property."""
    found: Counter[tuple[str, str]] = Counter()
    for subject, predicate, value in triples:
        target = iri_of(value) or ""
        ours = target.startswith((void.names.base, *OUTSIDE_PREFIXES.values()))
        if subject.startswith(f"<{void.names.things}") and predicate != TYPE and not ours:
            parts = urlsplit(target)
            if parts.scheme in ("http", "https"):
                found[predicate, f"{parts.scheme}://{parts.netloc}/"] += 1
    dataset = dataset_iri(void.names, WHOLE)
    for (predicate, site), count in found.items():
        host = urlsplit(site).netloc
        name = f"{void.names.base}.well-known/void#{fragment(void.names, predicate[1:-1])}-{host}"
        target = f"{void.names.base}.well-known/void#{host}"
        void.say(dataset, "void:subset", iri(name))
        void.say(name, "a", kind("void:Linkset"))
        void.say(name, "void:linkPredicate", predicate)
        void.say(name, "void:subjectsTarget", iri(dataset))
        void.say(name, "void:objectsTarget", iri(target))
        void.say(name, "void:triples", number(count))
        void.say(target, "a", kind("void:Dataset"))
        void.say(target, "void:uriSpace", literal(site))
