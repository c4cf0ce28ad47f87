"""OWL 2 RL over data in pieces finds what it finds over all at once: ontologies and data made at random.

CITYDIPLOMACY_EXAMPLES=5000 tries that many of each kind.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import count

import pytest
import reasonable
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.term import Node

from citydiplomacy.entailment import Triple, close

Terms = st.SearchStrategy[URIRef]
Axioms = st.SearchStrategy[list[Triple]]

settings.register_profile("pieces", max_examples=int(os.environ.get("CITYDIPLOMACY_EXAMPLES", "60")), deadline=None)
numbers = count()


def named(kind: str, names: str) -> Terms:
    return st.sampled_from([URIRef(f"http://e/{kind}-{name}") for name in names])


def statement(subjects: Terms, predicate: URIRef, values: Terms) -> Axioms:
    return st.builds(lambda subject, value: [(subject, predicate, value)], subjects, values)


def listing(subject: Node, predicate: Node, members: list[URIRef]) -> list[Triple]:
    """A statement whose object is a list of RDF."""
    here, triples = RDF.nil, list[Triple]()
    for member in reversed(members):
        node = URIRef(f"http://e/node-{next(numbers)}")
        triples += [(node, RDF.first, member), (node, RDF.rest, here)]
        here = node
    return [(subject, predicate, here), *triples]


def restriction(subject: Node, way: Node, path: Node, kind: Node, value: Node) -> list[Triple]:
    """A class and what its members have in a property."""
    node = URIRef(f"http://e/node-{next(numbers)}")
    return [(node, OWL.onProperty, path), (node, kind, value), (subject, way, node)]


CLASSES, PROPERTIES, THINGS = named("class", "abc"), named("property", "pqr"), named("thing", "klmn")
KINDS = st.sampled_from(
    [OWL.SymmetricProperty, OWL.TransitiveProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.ObjectProperty]
)
WAYS = st.sampled_from([RDFS.subClassOf, OWL.equivalentClass])
QUANTORS = st.sampled_from([OWL.someValuesFrom, OWL.allValuesFrom])
CHAIN = st.builds(listing, PROPERTIES, st.just(OWL.propertyChainAxiom), st.lists(PROPERTIES, min_size=1, max_size=3))
ALONE: tuple[Axioms, ...] = (
    CHAIN,
    statement(CLASSES, RDFS.subClassOf, CLASSES),
    statement(CLASSES, RDFS.subClassOf, st.just(OWL.Thing)),
    statement(CLASSES, OWL.disjointWith, CLASSES),
    statement(PROPERTIES, RDFS.subPropertyOf, PROPERTIES),
    statement(PROPERTIES, RDFS.subPropertyOf, st.just(RDFS.label)),
    statement(PROPERTIES, OWL.equivalentProperty, PROPERTIES),
    statement(PROPERTIES, OWL.inverseOf, PROPERTIES),
    statement(PROPERTIES, RDFS.domain, CLASSES),
    statement(PROPERTIES, RDFS.range, CLASSES),
    statement(PROPERTIES, RDF.type, KINDS),
    statement(PROPERTIES, OWL.propertyDisjointWith, PROPERTIES),
    statement(CLASSES, OWL.equivalentClass, CLASSES),
    st.builds(listing, CLASSES, st.just(OWL.unionOf), st.lists(CLASSES, min_size=1, max_size=3)),
    st.builds(restriction, CLASSES, WAYS, PROPERTIES, st.just(OWL.hasValue), THINGS),
)
JOINING: tuple[Axioms, ...] = (
    statement(PROPERTIES, RDF.type, st.sampled_from([OWL.FunctionalProperty, OWL.InverseFunctionalProperty])),
    statement(THINGS, OWL.sameAs, THINGS),
    st.builds(listing, CLASSES, st.just(OWL.intersectionOf), st.lists(CLASSES, min_size=1, max_size=3)),
    st.builds(listing, CLASSES, st.just(OWL.hasKey), st.lists(PROPERTIES, min_size=1, max_size=2)),
    st.builds(restriction, CLASSES, WAYS, PROPERTIES, QUANTORS, CLASSES),
)
ABOUT_TERMS: tuple[Axioms, ...] = (  # data that become axioms by them
    statement(CLASSES, RDFS.subClassOf, st.sampled_from([OWL.SymmetricProperty, OWL.TransitiveProperty, OWL.Class])),
    statement(PROPERTIES, RDFS.domain, st.sampled_from([OWL.SymmetricProperty, OWL.Class])),
    statement(PROPERTIES, RDFS.subPropertyOf, st.sampled_from([RDFS.subClassOf, RDFS.subPropertyOf, OWL.inverseOf])),
    statement(PROPERTIES, OWL.inverseOf, st.just(RDFS.subPropertyOf)),
)
FACTS = st.one_of(
    st.tuples(THINGS, PROPERTIES, THINGS),
    st.tuples(THINGS, PROPERTIES, THINGS),
    st.tuples(THINGS, st.just(RDF.type), CLASSES),
    st.tuples(THINGS, st.just(RDF.type), st.sampled_from([OWL.Thing, OWL.NamedIndividual])),
)
FACTS_ABOUT_TERMS = st.one_of(
    FACTS,
    st.tuples(PROPERTIES, st.just(RDF.type), CLASSES),
    st.tuples(PROPERTIES, PROPERTIES, PROPERTIES),
    st.tuples(CLASSES, PROPERTIES, CLASSES),
)


def content(facts: st.SearchStrategy[Triple], *kinds: Axioms) -> st.SearchStrategy[set[Triple]]:
    """Ontologies with a chain at least, and data. The reasoner looks at one union or intersection of a class."""
    axioms = st.lists(st.one_of(*kinds), min_size=2, max_size=6, unique_by=_is_of_one)
    made = st.tuples(CHAIN, axioms, st.lists(facts, min_size=4, max_size=10))
    return made.map(lambda parts: {*parts[0], *(one for axiom in parts[1] for one in axiom), *parts[2]})


def _is_of_one(axiom: list[Triple]) -> object:
    subject, predicate, _ = axiom[0]
    return (subject, predicate) if predicate in (OWL.unionOf, OWL.intersectionOf) else tuple(axiom)


def at_once(triples: set[Triple]) -> set[Triple]:
    """What the reasoner and the chains make of triples: each gets all there is, until nothing new comes."""
    known, before = set(triples), -1
    while len(known) != before:
        before = len(known)
        reasoner = reasonable.PyReasoner()
        reasoner.from_graph([(str(subject), str(predicate), str(value)) for subject, predicate, value in known])
        known |= {(URIRef(str(s)), URIRef(str(p)), URIRef(str(o))) for s, p, o in reasoner.reason()}
        known |= set(chained(known))
    return known


def chained(known: set[Triple]) -> Iterator[Triple]:
    """What chains say, as slow and plain as can be."""
    value_of = {(subject, predicate): value for subject, predicate, value in known}
    for shortcut in {triple for triple in known if triple[1] == OWL.propertyChainAxiom}:
        node, ends = shortcut[2], {(start, start) for start, _, _ in known}
        while node != RDF.nil:
            step, node = value_of[node, RDF.first], value_of[node, RDF.rest]
            ends = {(start, o) for start, end in ends for s, p, o in known if (s, p) == (end, step)}
        yield from ((start, shortcut[0], end) for start, end in ends)


def same(triples: set[Triple], pieces: Iterable[int]) -> None:
    whole = at_once(triples)
    for piece in pieces:
        assert close(triples, piece=piece) | triples == whole


@settings(settings.get_profile("pieces"))
@given(content(FACTS, *ALONE))
def test_pieces_entail_what_the_whole_does(triples: set[Triple]) -> None:
    same(triples, (1, 3))


@settings(settings.get_profile("pieces"))
@given(content(FACTS, *ALONE, *JOINING, *JOINING))
def test_axioms_that_join_statements_entail_what_they_do_over_all(triples: set[Triple]) -> None:
    same(triples, (1,))


@settings(settings.get_profile("pieces"))
@given(content(FACTS_ABOUT_TERMS, *ALONE, *ABOUT_TERMS))
def test_data_that_become_axioms_hold_for_all_pieces(triples: set[Triple]) -> None:
    same(triples, (1,))


@pytest.mark.parametrize("kind", [OWL.SymmetricProperty, OWL.TransitiveProperty])
def test_a_kind_of_property_that_a_vocabulary_makes_holds_for_all_pieces(kind: URIRef) -> None:
    relation, p, a, b, c = (URIRef(f"http://e/{name}") for name in ("Relation", "p", "a", "b", "c"))
    given_: set[Triple] = {(relation, RDFS.subClassOf, kind), (p, RDF.type, relation), (a, p, b), (b, p, c)}
    expected = (b, p, a) if kind == OWL.SymmetricProperty else (a, p, c)
    assert expected in close(given_, piece=1)
