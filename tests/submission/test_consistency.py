"""What contradicts the ontology is found for every kind of axiom it has. The cases are corpus/consistency/."""

from __future__ import annotations

from dataclasses import replace

from citydiplomacy.names import OWL, RDF, RDFS
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.syntaxes import Upload
from citydiplomacy.submission.terms import TYPE

# What data can contradict: disjointness by classes, ends of properties, and kinds and datatypes of values.
FOUND = {f"{OWL}{name}" for name in ("AllDisjointClasses", "members", "disjointWith", "ObjectProperty")}
FOUND |= {f"{OWL}{name}" for name in ("DatatypeProperty", "inverseOf", "SymmetricProperty")}
FOUND |= {f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf", "domain", "range")}
# What it can not contradict by itself: declarations, notes, and axioms that only add statements.
HARMLESS = {f"{OWL}{name}" for name in ("Class", "AnnotationProperty", "Ontology", "versionIRI", "versionInfo")}
HARMLESS |= {f"{OWL}{name}" for name in ("TransitiveProperty", "propertyChainAxiom", "deprecated")}


def test_the_ontology_has_no_axioms_whose_contradictions_are_not_looked_for(real: Published) -> None:
    used = {plain[1:-1] for _, plain, _, _ in real.ontology}
    used |= {value[1:-1] for _, predicate, value, _ in real.ontology if predicate == TYPE}
    axioms = {term for term in used if term.startswith(OWL)}
    assert axioms - FOUND - HARMLESS == set()
    assert not any(value[0] == "_" for _, predicate, value, _ in real.ontology if predicate == f"<{RDFS}subClassOf>")


def test_chains_lead_to_nothing_that_their_parts_do_not_lead_to(real: Published) -> None:
    """A chain's property is said of what its first part is said of, and has the values of its last part."""
    statements = {(s, p): o for s, p, o, _ in real.ontology}
    chains = [(s, o) for s, p, o, _ in real.ontology if p == f"<{OWL}propertyChainAxiom>"]
    assert len(chains) >= 10
    for term, first in chains:
        rest = statements[first, f"<{RDF}rest>"]
        parts = [statements[node, f"<{RDF}first>"] for node in (first, rest)]
        for ends, part in ((real.domains, parts[0]), (real.ranges, parts[1])):
            implied = real.closure(ends.get(part, ()))
            assert ends.get(term, frozenset()) <= implied, term


def test_the_other_claim_is_named_with_its_file(published: Published) -> None:
    prefixes = (
        "@prefix : <https://w3id.org/citydiplomacy/ontology#> .\n@prefix id: <https://w3id.org/citydiplomacy/id/> .\n"
    )
    graph = "<https://w3id.org/citydiplomacy/passage/memo/1> { id:hall a :%s . }"
    uploads = [Upload(f"{one}.trig", (prefixes + graph % one).encode()) for one in ("City", "Event")]
    (found,) = judge(uploads, replace(published, shapes=())).findings
    assert (found.file, found.line, found.code) == ("Event.trig", 3, "disjoint-classes")
    assert "line 3 of City.trig" in found.suggestion


def test_ends_follow_from_inverse_symmetric_and_super_properties(real: Published) -> None:
    def term(name: str) -> str:
        return f"<{real.names.term(name)}>"

    assert real.domains[term("hasMembership")] == real.ranges[term("member")] == {term("Actor")}
    assert real.ranges[term("hasMembership")] == real.domains[term("member")] == {term("Membership")}
    assert real.domains[term("cooperatesWith")] == real.ranges[term("cooperatesWith")]
