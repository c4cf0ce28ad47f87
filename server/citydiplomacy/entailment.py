"""Everything that OWL 2 RL entails of some triples. The only module that knows reasonable, the reasoner.

The reasoner holds each triple several times, as text and as Python's objects. So it is given short names instead of
terms, and the data in pieces, each with all the axioms. That finds everything, since its rules look at one statement of
the data at a time, but for property chains and transitive properties, which are joined here, over all pieces. Where an
axiom may join statements in another way (it has a term that is not in ``ALONE``) or make axioms of data (it leads to a
term of RDF, RDFS or OWL that is not in ``PLAIN``), the data is one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from importlib.metadata import version
from itertools import islice
from sys import intern, maxsize

import reasonable
from rdflib import RDF, RDFS, URIRef
from rdflib.term import Node

from citydiplomacy.names import OWL

Triple = tuple[Node, Node, Node]
Named = tuple[str, str, str]
Chain = tuple[str, list[str]]

REASONER = f"reasonable {version('reasonable')}, with property chains"
PIECE = 50_000
STANDARD = (OWL, str(RDF), str(RDFS))
TYPE, FIRST, REST = str(RDF.type), str(RDF.first), str(RDF.rest)
CHAIN, TRANSITIVE = OWL + "propertyChainAxiom", OWL + "TransitiveProperty"
AXIOMS = {FIRST, REST, *(str(term) for term in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range))}
ALONE = {  # what needs one statement of the data, or none, or is joined here
    *("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual", "Thing"),
    *("SymmetricProperty", "TransitiveProperty", "inverseOf", "propertyChainAxiom", "equivalentProperty"),
    *("AllDisjointClasses", "members", "disjointWith", "AllDifferent", "distinctMembers", "differentFrom"),
    *("equivalentClass", "unionOf", "Restriction", "onProperty", "hasValue"),
    *("AsymmetricProperty", "IrreflexiveProperty", "propertyDisjointWith"),
    *("imports", "versionIRI", "versionInfo", "priorVersion", "backwardCompatibleWith", "deprecated"),
}
PLAIN = {  # from which nothing follows that is no axiom's doing
    *(OWL + name for name in ("Thing", "NamedIndividual")),
    *(str(RDFS[name]) for name in ("Resource", "Literal", "label", "comment", "seeAlso", "isDefinedBy")),
    *(str(RDF[name]) for name in ("langString", "nil")),
}


def close(
    triples: Collection[Triple],
    withheld: frozenset[Node] = frozenset(),
    wanted: Callable[[Triple], bool] = lambda _: True,
    piece: int = PIECE,
) -> set[Triple]:
    """What OWL 2 RL entails of the triples, as far as it is ``wanted``, without the property chains that lead over a
    ``withheld`` node. Some of the triples may be among it.

    ``reasonable`` has every rule that matters here but prp-spo2, property chains
    (https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules): that one is ours, and the
    two take turns until nothing new comes. The data is looked at in pieces of ``piece`` triples.
    """
    names, found = _Names(), set[Triple]()
    axioms = [names.named(triple) for triple in triples if _is_axiom(triple)]
    joiner = _Joiner(axioms, frozenset(map(names.name, withheld)))
    data: Iterable[Named] = (names.named(triple) for triple in triples if not _is_axiom(triple))
    apart = _look_at_one(axioms)
    fresh = data = data if apart else list(data)
    while fresh:
        for part in _pieces(fresh, piece if apart else maxsize):
            given = set(part)
            for named in _reasoned([*axioms, *part]):
                joiner.add(named)
                if named not in given and wanted(triple := names.triple(named)):
                    found.add(triple)
        news = joiner.news()
        found.update(filter(wanted, map(names.triple, news)))
        fresh = news if apart or not news else [*data, *joiner.linked]
    return found


class _Names:
    """Short names for terms, and back; those of RDF, RDFS and OWL keep their IRIs, which the reasoner knows."""

    def __init__(self) -> None:
        self._names: dict[Node, str] = {}
        self._terms: dict[str, Node] = {}

    def name(self, term: Node) -> str:
        known = self._names.get(term)
        if known is None:
            known = str(term) if _is_standard(term) else f"n:{len(self._names):x}"
            known = self._names[term] = intern(known)
            self._terms[known] = term
        return known

    def named(self, triple: Triple) -> Named:
        return self.name(triple[0]), self.name(triple[1]), self.name(triple[2])

    def triple(self, named: Named) -> Triple:
        return self._term(named[0]), self._term(named[1]), self._term(named[2])

    def _term(self, name: str) -> Node:
        known = self._terms.get(name)
        return URIRef(name) if known is None else known  # a literal may be false: 0, "", "false"^^xsd:boolean


class _Joiner:
    """Gathers the statements that property chains and transitive properties join, and joins them.

    ``linked`` are all that the joins have said.
    """

    def __init__(self, axioms: list[Named], withheld: frozenset[str]) -> None:
        self._chains, self._withheld = chains_of(axioms), withheld
        self._transitive = [(one, [one, one]) for one, kind, value in axioms if (kind, value) == (TYPE, TRANSITIVE)]
        self._steps = {step for _, steps in (*self._chains, *self._transitive) for step in steps}
        self._facts: set[Named] = set()
        self.linked: set[Named] = set()

    def add(self, triple: Named) -> None:
        if triple[1] in self._steps:
            self._facts.add(triple)

    def news(self) -> set[Named]:
        """What the joins say, without what they have said before."""
        links = chain_links(self._chains, self._facts, self._withheld) | chain_links(self._transitive, self._facts)
        news = links - self.linked - self._facts
        self.linked |= news
        return news


def chain_links(
    chains: Iterable[Chain], facts: Collection[Named], withheld: frozenset[str] = frozenset()
) -> set[Named]:
    """What chains say of facts (prp-spo2), not by way of ``withheld``."""
    chains = list(chains)
    by_property: dict[str, dict[str, list[str]]] = {step: {} for _, steps in chains for step in steps}
    for subject, predicate, value in facts:
        if predicate in by_property:
            by_property[predicate].setdefault(subject, []).append(value)
    links: set[Named] = set()
    for shortcut, steps in chains:
        for start in by_property[steps[0]]:
            ends = [start]
            for step in steps:
                ends = [value for end in ends if end not in withheld for value in by_property[step].get(end, [])]
            links.update((start, shortcut, end) for end in ends)
    return links


def chains_of(axioms: Collection[Named]) -> list[Chain]:
    """Each shortcut with the properties that it is a chain of."""
    first = {subject: value for subject, predicate, value in axioms if predicate == FIRST}
    rest = {subject: value for subject, predicate, value in axioms if predicate == REST}
    found = []
    for shortcut, predicate, node in axioms:
        if predicate == CHAIN:
            steps, here = [], node
            while here in first:
                steps.append(first[here])
                here = rest[here]
            found += [(shortcut, steps)] if steps else []
    return found


def _reasoned(triples: list[Named]) -> Iterator[Named]:
    """What the reasoner makes of some triples, these among them."""
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(triples)
    for subject, predicate, value in reasoner.reason():
        yield intern(str(subject)), intern(str(predicate)), intern(str(value))


def _pieces(triples: Iterable[Named], size: int) -> Iterator[list[Named]]:
    """Triples in pieces; one without any where there are none."""
    rest = iter(triples)
    piece = list(islice(rest, size))
    yield piece
    while piece := list(islice(rest, size)):
        yield piece


def _is_axiom(triple: Triple) -> bool:
    """Whether a triple is about terms; the others are about things."""
    predicate = str(triple[1])
    if predicate == TYPE:
        return _is_standard(triple[2]) and str(triple[2]) not in PLAIN
    return predicate in AXIOMS or predicate.startswith(OWL)


def _is_standard(term: Node) -> bool:
    return isinstance(term, URIRef) and str(term).startswith(STANDARD)


def _look_at_one(axioms: Collection[Named]) -> bool:
    """Whether no axiom makes a rule join statements of the data that is not joined here, or makes axioms of data."""
    used = {name.removeprefix(OWL) for _, *names in axioms for name in names if name.startswith(OWL)}
    related = {name for one, kind, other in axioms if kind not in (TYPE, FIRST, REST) for name in (one, other)}
    return used <= ALONE and not any(name.startswith(STANDARD) for name in related - PLAIN)
