"""OWL 2 RL with property chains, over data in pieces."""

from itertools import pairwise

import pytest
from rdflib import OWL, RDF, RDFS, XSD, BNode, Literal, URIRef

from citydiplomacy import entailment
from citydiplomacy.content import read_content
from citydiplomacy.entailment import Triple, chain_links, close
from citydiplomacy.reasoning import quads_for_rules
from citydiplomacy.repository import Repository


def node(name: str) -> URIRef:
    return URIRef(f"http://e/{name}")


def fact(subject: str, predicate: str, value: str) -> Triple:
    return node(subject), node(predicate), node(value)


def chain(shortcut: str, *steps: str) -> set[Triple]:
    triples: set[Triple] = {(node(shortcut), OWL.propertyChainAxiom, node(f"{shortcut}-list-0"))}
    for number, step in enumerate(steps):
        here = node(f"{shortcut}-list-{number}")
        more = node(f"{shortcut}-list-{number + 1}") if number + 1 < len(steps) else RDF.nil
        triples |= {(here, RDF.first, node(step)), (here, RDF.rest, more)}
    return triples


def test_chain_joins_its_steps() -> None:
    facts = {("a", "p", "b"), ("b", "q", "c"), ("b", "q", "d")}
    assert chain_links([("short", ["p", "q"])], facts) == {("a", "short", "c"), ("a", "short", "d")}
    assert chain_links([("short", ["p", "q"])], facts, frozenset({"b"})) == set()


@pytest.mark.parametrize("piece", [1, 1000])
def test_chain_and_rules_take_turns(piece: int) -> None:
    facts = {
        (node("sub"), RDFS.subPropertyOf, node("p")),
        (node("short"), RDFS.subPropertyOf, node("wide")),
        fact("a", "sub", "b"),
        fact("b", "q", "c"),
    }
    assert fact("a", "wide", "c") in close(chain("short", "p", "q") | facts, piece=piece)


@pytest.mark.parametrize("piece", [1, 1000])
def test_transitive_property_leads_through_all_pieces_even_over_what_chains_withhold(piece: int) -> None:
    names = "abcdefgh"
    facts: set[Triple] = {(node("p"), RDF.type, OWL.TransitiveProperty)}
    facts |= {fact(one, "p", other) for one, other in pairwise(names)}
    found = close(facts, frozenset({node("c")}), lambda triple: triple[1] == node("p"), piece) | facts
    assert {fact(one, "p", other) for one in names for other in names if one < other} <= found


@pytest.mark.parametrize("axiom", [OWL.someValuesFrom, OWL.allValuesFrom, OWL.intersectionOf])
def test_axioms_that_join_statements_see_them_all_at_once(axiom: URIRef) -> None:
    some, facts = BNode(), {fact("x", "p", "y"), (node("x"), RDF.type, node("D")), (node("y"), RDF.type, node("C"))}
    if axiom == OWL.intersectionOf:
        facts |= {(node("E"), axiom, some), (some, RDF.first, node("C")), (some, RDF.rest, BNode("more"))}
        facts |= {(BNode("more"), RDF.first, node("F")), (BNode("more"), RDF.rest, RDF.nil)}
        facts.add((node("y"), RDF.type, node("F")))
        expected: Triple = (node("y"), RDF.type, node("E"))
    elif axiom == OWL.someValuesFrom:
        facts |= {(some, axiom, node("C")), (some, OWL.onProperty, node("p")), (some, RDFS.subClassOf, node("E"))}
        expected = (node("x"), RDF.type, node("E"))
    else:
        facts |= {(some, axiom, node("E")), (some, OWL.onProperty, node("p")), (node("D"), RDFS.subClassOf, some)}
        expected = (node("y"), RDF.type, node("E"))
    assert expected in close(facts, piece=1)


def test_axioms_that_join_statements_see_what_chains_lead_to_beside_the_data() -> None:
    some, expected = node("some"), (node("a"), RDF.type, node("E"))
    axioms = {(some, OWL.someValuesFrom, node("C")), (some, OWL.onProperty, node("short"))}
    axioms |= chain("short", "p", "q") | {(some, RDFS.subClassOf, node("E"))}
    facts = {fact("a", "p", "b"), fact("b", "q", "c"), (node("c"), RDF.type, node("C"))}
    assert expected in close(axioms | facts)
    assert expected not in close(axioms | facts, frozenset({node("b")}))


def test_terms_come_back_as_they_were() -> None:
    texts = [Literal("1", datatype=RDFS.Literal), Literal("1"), Literal("1", lang="de"), Literal("n:0")]
    texts += [
        Literal(""),
        Literal(0),
        Literal(False),
        Literal("0.0", datatype=XSD.decimal),
    ]  # which Python takes for false
    facts: set[Triple] = {(node("p"), RDFS.subPropertyOf, node("q"))} | {(node("a"), node("p"), text) for text in texts}
    assert {value for _, predicate, value in close(facts) if predicate == node("q")} == set(texts)


@pytest.mark.parametrize("piece", [500, 20_000])
def test_pieces_entail_what_the_whole_does(
    real_repository: Repository, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = read_content(real_repository)
    given = {(quad.subject, quad.predicate, quad.object) for quad in quads_for_rules(content)}
    assert len(given) > 20_000
    whole = close(given, piece=len(given)) - given
    sizes, reasoned = list[int](), entailment._reasoned
    monkeypatch.setattr(entailment, "_reasoned", lambda part: (sizes.append(len(part)), reasoned(part))[1])
    assert close(given, piece=piece) - given == whole
    assert max(sizes) < piece + 2000  # so our ontology is one that allows pieces
    assert len(whole) > 10_000
