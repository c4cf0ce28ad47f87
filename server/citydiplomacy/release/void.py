"""VoID: what is in a release, in figures (https://www.w3.org/TR/void/). A test counts each of them anew by SPARQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from citydiplomacy.names import OUTSIDE_PREFIXES, RDF, Names
from citydiplomacy.nquads import iri, literal, merged, triples
from citydiplomacy.release.describing import Description, fragment, kind, number
from citydiplomacy.release.directory import Release
from citydiplomacy.release.material import Material
from citydiplomacy.release.slices import WHOLE

TYPE = f"<{RDF}type>"
Pair = tuple[str, str]


def void_turtle(material: Material) -> bytes:
    """The description of the dataset and of its slices. Figures are of merges: each triple counts once."""
    release, names = material.release, material.release.names
    void = Description(names)
    document = names.base + ".well-known/void"
    void.say(document, "a", kind("void:DatasetDescription"))
    void.say(document, "foaf:primaryTopic", iri(dataset_iri(names, WHOLE)))
    void.licence(dataset_iri(names, WHOLE), material.header.licence)
    for name, part in material.slices.items():
        figures = Figures(names, part)
        _describe(void, release, name, figures)
        if name == WHOLE:
            _partitions(void, dataset_iri(names, name), figures)
            _linksets(void, figures)
        else:
            void.say(dataset_iri(names, WHOLE), "void:subset", iri(dataset_iri(names, name)))
            void.licence(dataset_iri(names, name), material.header.licence_of(names.graph(name)))
    return void.turtle()


def dataset_iri(names: Names, name: str) -> str:
    """IRI of the dataset (``data``) or of one of its slices, the same in VoID and in the catalogue."""
    return f"{names.base}catalog#{'dataset' if name == WHOLE else name}"


class Figures:
    """What is counted of the merge of sorted N-Quads lines."""

    def __init__(self, names: Names, lines: Iterable[str]) -> None:
        self.triples = self.subjects = self.entities = 0
        self.objects: set[str] = set()
        self.classes: Counter[str] = Counter()
        self.properties: Counter[str] = Counter()
        self.links: Counter[Pair] = Counter()
        things, last = f"<{names.things}", ""
        for subject, predicate, value in triples(merged(lines)):
            self.triples += 1
            self.properties[predicate] += 1
            self.objects.add(value)
            if subject != last:  # those of one subject stand together
                self.subjects += 1
                self.entities += subject.startswith(things)
            if predicate == TYPE:
                self.classes[value] += 1
            elif value[0] == "<" and subject.startswith(things):
                self._link(names, predicate, value[1:-1])
            last = subject

    def _link(self, names: Names, predicate: str, target: str) -> None:
        """Counts a link from one of our things to another site."""
        if not target.startswith((names.base, *OUTSIDE_PREFIXES.values())):
            parts = urlsplit(target)
            if parts.scheme in ("http", "https"):
                self.links[predicate, f"{parts.scheme}://{parts.netloc}/"] += 1


def _describe(void: Description, release: Release, name: str, figures: Figures) -> None:
    names, dataset = release.names, dataset_iri(release.names, name)
    void.say(dataset, "a", kind("void:Dataset"))
    void.say(dataset, "void:triples", number(figures.triples))
    void.say(dataset, "void:distinctSubjects", number(figures.subjects))
    void.say(dataset, "void:distinctObjects", number(len(figures.objects)))
    void.say(dataset, "void:properties", number(len(figures.properties)))
    void.say(dataset, "void:classes", number(len(figures.classes)))
    void.say(dataset, "void:entities", number(figures.entities))
    void.say(dataset, "void:dataDump", iri(release.file_iri(f"{name}.nq.gz")))
    if name == WHOLE:
        void.say(dataset, "void:sparqlEndpoint", iri(names.base + "sparql"))
        void.say(dataset, "void:uriSpace", literal(names.things))
        void.say(dataset, "void:rootResource", iri(names.ontology))
        void.say(dataset, "void:vocabulary", *map(iri, _vocabularies(names, figures)))


def _vocabularies(names: Names, figures: Figures) -> list[str]:
    used = {predicate[1:-1] for predicate in figures.properties}
    outside = [space for space in OUTSIDE_PREFIXES.values() if any(one.startswith(space) for one in used)]
    return [names.ontology, *outside]


def _partitions(void: Description, dataset: str, figures: Figures) -> None:
    """How many members each class has, and how many triples each property."""
    here = void.names.base + ".well-known/void#"
    for cls, count in figures.classes.items():
        part = f"{here}class-{fragment(void.names, cls[1:-1])}"
        void.say(dataset, "void:classPartition", iri(part))
        void.say(part, "void:class", cls)
        void.say(part, "void:entities", number(count))
    for predicate, count in figures.properties.items():
        part = f"{here}property-{fragment(void.names, predicate[1:-1])}"
        void.say(dataset, "void:propertyPartition", iri(part))
        void.say(part, "void:property", predicate)
        void.say(part, "void:triples", number(count))


def _linksets(void: Description, figures: Figures) -> None:
    """The links from our things to other sites, by site and property."""
    dataset = dataset_iri(void.names, WHOLE)
    for (predicate, site), count in figures.links.items():
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
