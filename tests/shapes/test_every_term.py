"""The shapes keep up with the ontology: every class, property, domain, range and disjointness is checked by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import XSD
from rdflib.term import Node

from citydiplomacy.findings import Finding
from citydiplomacy.names import SH, Names
from citydiplomacy.reading import LocatedQuad, read

Triple = tuple[Node, Node, Node]
Judge = Callable[[list[LocatedQuad]], list[Finding]]
SAMPLES = {str(XSD.boolean): Literal(True), str(XSD.integer): Literal(3), str(XSD.decimal): Literal(Decimal("3.5"))}


@pytest.fixture(scope="session")
def ontology(axioms: tuple[LocatedQuad, ...]) -> Graph:
    graph = Graph()
    for quad in axioms:
        graph.add((quad.subject, quad.predicate, quad.object))
    return graph


@pytest.fixture(scope="session")
def classes(ontology: Graph, names: Names) -> set[URIRef]:
    return ours(ontology.subjects(RDF.type, OWL.Class), names)


@pytest.fixture(scope="session")
def properties(ontology: Graph, names: Names) -> set[URIRef]:
    """Every property, those that are never written by hand among them."""
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    return ours((node for kind in kinds for node in ontology.subjects(RDF.type, kind)), names)


@pytest.fixture(scope="session")
def written(ontology: Graph, properties: set[URIRef]) -> set[URIRef]:
    """The properties that data states: no shortcut that a chain derives, no inverse."""
    derived = {*ontology.subjects(OWL.propertyChainAxiom), *ontology.subjects(OWL.inverseOf)}
    return properties - derived


def ours(nodes: Iterable[Node], names: Names) -> set[URIRef]:
    return {node for node in nodes if isinstance(node, URIRef) and str(node).startswith(names.term(""))}


def numbered(shapes: Graph, predicate: str, value: Node | None) -> Iterator[Node]:
    """The requirements that have the value, and those whose target's shape has it."""
    for node in shapes.subjects(URIRef(SH + predicate), value):
        yield from (node, *shapes.objects(node, URIRef(SH + "property")))


def targets(shapes: Graph, path: Node) -> Iterator[Node]:
    """The classes whose instances must have right values of a property."""
    for node in shapes.subjects(URIRef(SH + "path"), path):
        for owner in (node, *shapes.subjects(URIRef(SH + "property"), node)):
            yield from shapes.objects(owner, URIRef(SH + "targetClass"))


def stated(triples: Iterable[Triple]) -> list[LocatedQuad]:
    return [LocatedQuad(*triple, None, "generated", number) for number, triple in enumerate(triples, 1)]


def example(kind: Node, names: Names, number: int) -> tuple[URIRef, list[Triple]]:
    node = URIRef(f"{names.things}example-{number}")
    return node, [(node, RDF.type, kind)]


def test_every_class_is_a_target_itself_or_by_its_superclass(
    shapes: Graph, ontology: Graph, classes: set[URIRef]
) -> None:
    missing = []
    for one in classes:
        above = ontology.transitive_objects(one, RDFS.subClassOf)
        if not any(list(numbered(shapes, "targetClass", up)) for up in above):
            missing.append(str(one))
    assert missing == []
    assert len(classes) > 80


def test_every_property_is_the_path_of_a_requirement(shapes: Graph, properties: set[URIRef]) -> None:
    checked = set(shapes.objects(None, URIRef(SH + "path"))) | set(shapes.objects(None, URIRef(SH + "inversePath")))
    assert sorted(properties - checked) == []
    assert len(properties) > 130


def test_submission_lists_every_class_and_property(
    shapes: Graph, names: Names, classes: set[URIRef], written: set[URIRef]
) -> None:
    """The type requirement holds for subjects of every property, and knows every class but the abstract one."""
    shape = next(node for node in shapes.subjects() if str(node).endswith("#SUB-01"))
    assert written <= set(shapes.objects(shape, URIRef(SH + "targetSubjectsOf")))
    lists = [set(Collection(shapes, head)) for head in shapes.objects(None, URIRef(SH + "in"))]
    known = max(lists, key=len)
    assert classes - known == {URIRef(names.term("Relationship"))}


def test_must_pass_files_use_every_class_and_property(
    folder: Path, classes: set[URIRef], written: set[URIRef], names: Names
) -> None:
    quads = [quad for path in folder.glob("*/pass-*.ttl") for quad in read(path, path.name)[0]]
    used = {quad.object for quad in quads if quad.predicate == RDF.type} | {quad.predicate for quad in quads}
    assert sorted((classes | written) - used) == [URIRef(names.term("Relationship"))]


def test_a_property_on_the_wrong_kind_of_subject_is_found(
    judge: Judge, shapes: Graph, ontology: Graph, written: set[URIRef], names: Names
) -> None:
    triples, wanted = [], {}
    for number, one in enumerate(sorted(written)):
        domain = ontology.value(one, RDFS.domain)
        if domain is None:
            continue
        wrong = "Omission" if domain != URIRef(names.term("Omission")) else "City"
        node, about = example(URIRef(names.term(wrong)), names, number)
        target = set(numbered(shapes, "targetSubjectsOf", one)) & set(shapes.subjects(URIRef(SH + "class"), domain))
        wanted[str(node)] = {str(shape).rpartition("#")[2] for shape in target}
        triples += [*about, (node, one, SAMPLES.get(str(ontology.value(one, RDFS.range)), Literal("text")))]
    found = {(finding.focus_node, finding.code) for finding in judge(stated(triples))}
    assert [node for node, codes in wanted.items() if not any((node, code) in found for code in codes)] == []
    assert len(wanted) > 60


def test_a_value_of_the_wrong_kind_is_found(
    judge: Judge, shapes: Graph, ontology: Graph, written: set[URIRef], names: Names
) -> None:
    triples, wanted = [], []
    for number, one in enumerate(sorted(written)):
        kind = ontology.value(one, RDFS.range)
        subject = next(targets(shapes, one), URIRef(names.term("Finding")))
        if kind is None:
            continue
        wrong = "Omission" if kind != URIRef(names.term("Omission")) else "City"
        value, described = example(URIRef(names.term(wrong)), names, 2 * number)
        node, about = example(subject, names, 2 * number + 1)
        triples += [*about, *described, (node, one, value)]
        wanted.append((str(node), str(one)))
    found = {(finding.focus_node, finding.path) for finding in judge(stated(triples))}
    assert [pair for pair in wanted if pair not in found] == []
    assert len(wanted) > 70


def test_a_value_without_a_type_is_found(
    judge: Judge, shapes: Graph, ontology: Graph, written: set[URIRef], names: Names
) -> None:
    triples: list[Triple] = []
    relating = sorted(written & set(ontology.subjects(RDF.type, OWL.ObjectProperty)))
    for number, one in enumerate(relating):
        subject = next(targets(shapes, one), URIRef(names.term("Finding")))
        node, about = example(subject, names, 2 * number)
        value, _ = example(subject, names, 2 * number + 1)
        triples += [*about, (node, one, value)]
    found = {(one.focus_node, key) for one in judge(stated(triples)) for key in (one.path, one.code)}
    relations = [triple for triple in triples if triple[1] != RDF.type]
    assert [p for s, p, o in relations if not {(str(s), str(p)), (str(o), "SUB-06")} & found] == []
    assert len(relating) > 80


def test_two_types_that_exclude_each_other_are_found(
    judge: Judge, shapes: Graph, ontology: Graph, names: Names
) -> None:
    sets = [Collection(ontology, members) for members in ontology.objects(None, OWL.members)]
    pairs = sorted({tuple(sorted(map(str, pair))) for one in sets for pair in combinations(one, 2)})
    triples: list[Triple] = []
    for number, pair in enumerate(pairs):
        for kind in pair:
            triples += example(URIRef(kind), names, number)[1]
    found: dict[str, set[str]] = {}
    for finding in judge(stated(triples)):
        found.setdefault(finding.focus_node, set()).add(finding.code)
    exclusive = {
        str(node).rpartition("#")[2] for node in shapes.subjects(URIRef(SH + "qualifiedMaxCount")) if "#" in str(node)
    }
    missed = [pair for number, pair in enumerate(pairs) if not found[f"{names.things}example-{number}"] & exclusive]
    assert missed == []
    assert len(pairs) > 150


def test_a_thousand_things_are_judged_in_seconds(judge: Judge, names: Names) -> None:
    triples: list[Triple] = []
    for number in range(500):
        city, about = example(URIRef(names.term("City")), names, 2 * number)
        node, relation = example(URIRef(names.term("Membership")), names, 2 * number + 1)
        labels = [(city, RDFS.label, Literal(f"City {number}", lang=language)) for language in ("en", "de")]
        ends = [(node, URIRef(names.term(name)), city) for name in ("member", "membershipIn")]
        triples += [*about, *labels, *relation, *ends]
    start = time.monotonic()
    findings = judge(stated(triples))
    assert {finding.code for finding in findings} == {"NET-04"}
    assert time.monotonic() - start < 20
