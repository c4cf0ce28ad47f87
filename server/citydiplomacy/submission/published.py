"""What a submission is judged against: the published ontology, data and shapes, as statements and as look-up tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

from citydiplomacy.errors import RepositoryError
from citydiplomacy.names import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Names
from citydiplomacy.repository import Repository
from citydiplomacy.store import statements_of
from citydiplomacy.submission.terms import LABEL, TRUE, TYPE, Statement, iri, plain

KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual")
DECLARATIONS = {iri(OWL + kind) for kind in KINDS} | {iri(RDFS + "Datatype"), iri(SKOS + "ConceptScheme")}
SUBCLASS, DOMAIN, RANGE = iri(RDFS + "subClassOf"), iri(RDFS + "domain"), iri(RDFS + "range")
INVERSE, SYMMETRIC = iri(OWL + "inverseOf"), iri(OWL + "SymmetricProperty")
SUBPROPERTY = iri(RDFS + "subPropertyOf")
FIRST, REST = iri(RDF + "first"), iri(RDF + "rest")
NAMING = {LABEL, iri(SKOS + "prefLabel"), iri(SKOS + "altLabel")}


@dataclass(frozen=True)
class Published:
    """Ontology, data and shapes of a repository, each as statements."""

    names: Names
    ontology: tuple[Statement, ...]
    data: tuple[Statement, ...]
    shapes: tuple[Statement, ...]

    def without_data(self) -> Published:
        """The same for data that is to stand by itself."""
        return replace(self, data=())

    @cached_property
    def declared(self) -> dict[str, set[str]]:
        """The declared terms (without brackets), each with the kinds it is declared as."""
        found: dict[str, set[str]] = {}
        for subject, predicate, value, _ in self.ontology:
            if predicate == TYPE and value in DECLARATIONS and subject[0] == "<":
                found.setdefault(subject[1:-1], set()).add(value[1:-1].rpartition("#")[2])
        return found

    @cached_property
    def deprecated(self) -> dict[str, str]:
        """Deprecated terms and withdrawn things, each with what replaces it ("" where nothing does)."""
        gone = {s for s, p, o, _ in (*self.ontology, *self.data) if p == iri(OWL + "deprecated") and o == TRUE}
        instead = {s: o for s, p, o, _ in (*self.ontology, *self.data) if p == iri(DCTERMS + "isReplacedBy")}
        return {subject: instead.get(subject, "") for subject in gone}

    @cached_property
    def types(self) -> dict[str, set[str]]:
        """The classes that data and vocabularies give each thing."""
        found: dict[str, set[str]] = {}
        for subject, predicate, value, _ in (*self.ontology, *self.data):
            if predicate == TYPE and value not in DECLARATIONS:
                found.setdefault(subject, set()).add(value)
        return found

    @cached_property
    def labels(self) -> dict[str, list[str]]:
        """The names of each thing, in every language."""
        acronym = iri(self.names.term("acronym"))
        found: dict[str, list[str]] = {}
        for subject, predicate, value, _ in (*self.ontology, *self.data):
            if (predicate in NAMING or predicate == acronym) and value[0] == '"':
                found.setdefault(subject, []).append(plain(value))
        return found

    @cached_property
    def ancestors(self) -> dict[str, frozenset[str]]:
        """Each class with itself and all classes above it."""
        above: dict[str, set[str]] = {}
        for subject, predicate, value, _ in self.ontology:
            if predicate == SUBCLASS and value[0] == "<":
                above.setdefault(subject, set()).add(value)
        found = {}
        for one in {*above, *(iri(term) for term, kinds in self.declared.items() if "Class" in kinds)}:
            seen, todo = {one}, [one]
            while todo:
                more = above.get(todo.pop(), set()) - seen
                seen |= more
                todo += more
            found[one] = frozenset(seen)
        return found

    def closure(self, types: Iterable[str]) -> frozenset[str]:
        """The classes of something with these types, with all classes above."""
        return frozenset().union(*(self.ancestors.get(one, frozenset((one,))) for one in types))

    @cached_property
    def domains(self) -> dict[str, frozenset[str]]:
        """The classes of what has a property; those of its super-properties, and of the other end of its inverse."""
        return self._ends[0]

    @cached_property
    def ranges(self) -> dict[str, frozenset[str]]:
        """The classes of a property's values, in the same way."""
        return self._ends[1]

    @cached_property
    def datatypes(self) -> dict[str, str]:
        """The datatype that is the range of a property, without brackets."""
        return {s: o[1:-1] for s, p, o, _ in self.ontology if p == RANGE and o.startswith("<" + XSD)}

    @cached_property
    def _ends(self) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
        """Domains and ranges: what is stated, and what follows for other properties until nothing more does."""
        ends: tuple[dict[str, frozenset[str]], ...] = ({}, {})
        for subject, predicate, value, _ in self.ontology:
            if predicate in (DOMAIN, RANGE) and value in self.ancestors:
                end = ends[predicate == RANGE]
                end[subject] = end.get(subject, frozenset()) | {value}
        links = [(s, o, p == INVERSE) for s, p, o, _ in self.ontology if p in (INVERSE, SUBPROPERTY)]
        links += [(o, s, True) for s, o, turned in links if turned]
        links += [(s, s, True) for s, p, o, _ in self.ontology if p == TYPE and o == SYMMETRIC]
        known = -1
        while known != (known := sum(map(len, (*ends[0].values(), *ends[1].values())))):
            for one, other, turned in links:
                for side in (0, 1):
                    more = ends[side ^ turned].get(other, frozenset())
                    if more:
                        ends[side][one] = ends[side].get(one, frozenset()) | more
        return ends[0], ends[1]

    @cached_property
    def disjoint(self) -> frozenset[tuple[str, str]]:
        """Pairs of classes that nothing can be both of, in both orders."""
        first = {s: o for s, p, o, _ in self.ontology if p == FIRST}
        rest = {s: o for s, p, o, _ in self.ontology if p == REST}
        pairs: set[tuple[str, str]] = set()
        for subject, predicate, value, _ in self.ontology:
            if predicate == iri(OWL + "disjointWith"):
                pairs |= {(subject, value), (value, subject)}
            elif predicate == iri(OWL + "members"):
                members, node = [], value
                while node in first:
                    members.append(first[node])
                    node = rest[node]
                pairs |= {pair for one, other in combinations(members, 2) for pair in ((one, other), (other, one))}
        return frozenset(pairs)

    @cached_property
    def last_lines(self) -> dict[str, int]:
        """How many lines each source document has."""
        last = iri(self.names.term("lastLine"))
        return {
            s: int(plain(o))
            for s, p, o, _ in self.data
            if p == last and "#" not in s and s[1:].startswith(self.names.sources) and plain(o).isdecimal()
        }

    @cached_property
    def beside(self) -> list[Statement]:
        """What of the ontology the shapes need beside the data: the tree of classes, and the concepts."""
        things = "<" + self.names.things
        return [one for one in self.ontology if one[1] == SUBCLASS or one[0].startswith(things)]


def published_by_folder(folder: Path, names: Names, *, alone: bool = False) -> Published:
    """What a release directory or a repository's folder has published; without its data for what stands ``alone``."""
    if (folder / "release.json").is_file():
        published = published_by_release(folder, names)
        return published.without_data() if alone else published
    return published_by_repository(Repository(folder, names), alone=alone)


def published_by_release(folder: Path, names: Names) -> Published:
    """What a release has published, without what was derived: that is never written by hand."""
    ontology, inferred = iri(names.graph("ontology")), iri(names.graph("inferred"))
    terms, data = [], []
    for one in statements_of((folder / "data.nq").read_bytes(), "nquads"):
        if one[3] == ontology:
            terms.append(one)
        elif one[3] not in ("", inferred):
            data.append(one)
    return Published(names, tuple(terms), tuple(data), shapes_of(sorted(folder.glob("shapes/*.ttl"))))


def published_by_repository(repository: Repository, *, alone: bool = False) -> Published:
    """What a repository's files say. RepositoryError where one can not be read (``citydiplomacy check`` says where)."""

    def gather(paths: Iterable[Path]) -> tuple[Statement, ...]:
        graphs = ((path, repository.graph_of(path)) for path in paths)
        return tuple(one for path, graph in graphs for one in _read(path, iri(graph) if graph else ""))

    data = gather([] if alone else repository.data_files)
    return Published(repository.names, gather(repository.ontology_files), data, shapes_of(repository.shape_files))


def shapes_of(paths: Iterable[Path]) -> tuple[Statement, ...]:
    """The statements of some files of shapes."""
    return tuple(one for path in paths for one in _read(path, ""))


def _read(path: Path, graph: str) -> list[Statement]:
    try:
        return [(s, p, o, g or graph) for s, p, o, g in statements_of(path.read_bytes(), "trig")]
    except (SyntaxError, OSError) as error:
        raise RepositoryError(f"{path} can not be read: {error}. Run: citydiplomacy check") from error
