"""How terms are named and defined: the rules that take more than a SPARQL query (those: server/citydiplomacy/rules)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, Node, URIRef

from citydiplomacy.content import Content
from citydiplomacy.rules import read_rules

ROOT = Path(__file__).resolve().parents[2]
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
OPENING = {"en": "Relates ", "de": "Verbindet "}
SUFFIXES = re.compile(r"(en|er|es|em|e|n|s|d|ed|ing)$")
NO_CONTENT = """
a an the of to in on at by for with or and that is it its one some something which what how another more than from own
ein eine einen einem einer eines der die das den dem des von zu in im mit oder und dass ist es ihr etwas mehr als aus
relates actor document relationship verbindet akteur dokument beziehung
"""


def terms(graph: Graph, content: Content, *kinds: URIRef) -> list[URIRef]:
    """Our own terms of the kinds, in alphabetical order."""
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    return sorted(term for term in found if term.startswith(content.names.term("")))


def text(graph: Graph, term: Node, relation: URIRef, language: str) -> str:
    texts = [str(one) for one in graph.objects(term, relation) if isinstance(one, Literal) and one.language == language]
    assert len(texts) == 1, f"{term} has {len(texts)} texts in {language}"
    return texts[0]


def stems(words: str) -> set[str]:
    """The words that carry meaning, without endings."""
    plain = re.findall(r"[\w-]+", words.lower())
    return {SUFFIXES.sub("", word) for word in plain if word not in NO_CONTENT.split()}


def test_ontology_has_the_size_it_is_known_to_have(ontology: Graph, content: Content) -> None:
    assert len(terms(ontology, content, OWL.Class)) >= 84
    assert len(terms(ontology, content, *PROPERTIES)) >= 132


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_two_classes_and_no_two_properties_share_a_label(ontology: Graph, content: Content, language: str) -> None:
    for kinds in ((OWL.Class,), PROPERTIES):
        labels = Counter(text(ontology, term, RDFS.label, language) for term in terms(ontology, content, *kinds))
        assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_definition_is_a_sentence(ontology: Graph, content: Content, language: str) -> None:
    for term in terms(ontology, content, OWL.Class, *PROPERTIES):
        definition = text(ontology, term, SKOS.definition, language)
        assert re.match(r"[A-ZÄÖÜ]", definition), term
        assert definition.endswith("."), term
        assert len(definition.split()) <= 45, term


@pytest.mark.parametrize("language", ["en", "de"])
def test_definition_of_an_object_property_says_what_it_relates(
    ontology: Graph, content: Content, language: str
) -> None:
    opening = OPENING[language]
    for term in terms(ontology, content, OWL.ObjectProperty):
        assert text(ontology, term, SKOS.definition, language).startswith(opening), term


@pytest.mark.parametrize("language", ["en", "de"])
def test_definition_says_more_than_the_label(ontology: Graph, content: Content, language: str) -> None:
    found = []
    for term in terms(ontology, content, OWL.Class, *PROPERTIES):
        label = stems(text(ontology, term, RDFS.label, language))
        if len(stems(text(ontology, term, SKOS.definition, language)) - label) < 1:
            found.append(term.rpartition("#")[2])
    assert found == []


def test_every_shortcut_has_its_chain_and_every_chain_its_inverse(ontology: Graph, content: Content) -> None:
    """A shortcut beside a relationship goes from the actor by an inverse to the node, and on to what it relates."""
    shortcuts = 0
    for shortcut, chain in ontology.subject_objects(OWL.propertyChainAxiom):
        steps = list(ontology.items(chain))
        assert len(steps) == 2, shortcut
        towards = ontology.value(steps[0], OWL.inverseOf)
        assert towards is not None, f"{steps[0]} has no inverse"
        node = ontology.value(towards, RDFS.domain)
        assert node == ontology.value(steps[1], RDFS.domain), f"the steps of {shortcut} do not meet"
        assert URIRef(content.names.term("Relationship")) in ontology.objects(node, RDFS.subClassOf), shortcut
        shortcuts += 1
    assert shortcuts >= 12


def test_every_kind_of_relationship_says_how_its_nodes_are_named(ontology: Graph, content: Content) -> None:
    kinds = list(ontology.subjects(RDFS.subClassOf, URIRef(content.names.term("Relationship"))))
    known = {term.rpartition("#")[2] for term in terms(ontology, content, *PROPERTIES)}
    assert len(kinds) >= 13
    for kind in kinds:
        for language in ("en", "de"):
            pattern = text(ontology, kind, URIRef(content.names.term("labelPattern")), language)
            assert set(re.findall(r"\{(\w+)\}", pattern)) <= known, kind


def test_readme_names_every_rule_file() -> None:
    readme = (ROOT / "ontology/README.md").read_text(encoding="utf-8")
    rules = [rule.code for rule in read_rules()]
    assert len(rules) >= 23
    assert [code for code in rules if f"{code}.rq" not in readme] == []


def test_readme_names_every_module_and_alignment() -> None:
    readme = (ROOT / "ontology/README.md").read_text(encoding="utf-8")
    files = [path.name for path in (ROOT / "ontology").glob("*.ttl")]
    files += [f"alignments/{path.name}" for path in (ROOT / "ontology/alignments").glob("*.ttl")]
    assert len(files) >= 23
    assert [name for name in files if name not in readme] == []


def test_checks_named_in_the_readme_exist() -> None:
    readme = (ROOT / "ontology/README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", readme))
    named |= {f"server/citydiplomacy/rules/{name}.rq" for name in re.findall(r"`([a-z-]+)\.rq`", readme)}
    assert len(named) >= 28
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []
