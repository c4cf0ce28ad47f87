"""What FOOPS! 0.3.2 asks of an ontology and what can be seen without a network (the items keep its names).

Its other items need one (CN1, DOC1, URI1, URI2, VER2, OM4.2: asked of our own server;
FIND2, FIND3: prefix.cc and LOV, by hand).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, SDO, VANN

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = URIRef("https://w3id.org/citydiplomacy/ontology")
BIBO_STATUS = URIRef("http://purl.org/ontology/bibo/status")
BIBO_DOI = URIRef("http://purl.org/ontology/bibo/doi")
PERSISTENT = ("w3id.org", "doi.org", "data.europa.eu", "www.w3.org")
VOCABULARIES = sorted((ROOT / "ontology/vocabularies").glob("*.ttl"))

OM1 = (DCTERMS.title, DCTERMS.license, OWL.versionIRI, DCTERMS.creator, VANN.preferredNamespaceUri)
OM2 = (
    VANN.preferredNamespacePrefix,
    OWL.versionInfo,
    DCTERMS.created,
    DCTERMS.bibliographicCitation,
    DCTERMS.contributor,
)
OM3 = (DCTERMS.publisher, FOAF.logo, BIBO_STATUS, DCTERMS.source, DCTERMS.issued, DCTERMS.modified)


def has(graph: Graph, *properties: URIRef) -> bool:
    return all((ONTOLOGY, one, None) in graph for one in properties)


def terms(graph: Graph) -> set[URIRef]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}
    return {term for term in found if term.startswith(ONTOLOGY)}


def ontologies(graph: Graph) -> list[str]:
    """The IRIs of the ontologies that a graph declares: one."""
    found = [str(one) for one in graph.subjects(RDF.type, OWL.Ontology)]
    assert len(found) == 1
    return found


def all_have(graph: Graph, *either: URIRef) -> bool:
    return all(any((term, one, None) in graph for one in either) for term in terms(graph))


def version_stands(graph: Graph) -> bool:
    version = graph.value(ONTOLOGY, OWL.versionIRI)
    return version not in (None, ONTOLOGY) and str(version) == f"{ONTOLOGY}/{graph.value(ONTOLOGY, OWL.versionInfo)}"


def reuses(graph: Graph) -> bool:
    """Whether axioms about our terms name terms of others."""
    relations = (RDFS.subClassOf, RDFS.subPropertyOf)
    above = {wide for relation in relations for wide in graph.objects(None, relation)}
    return sum(isinstance(wide, URIRef) and not wide.startswith(ONTOLOGY) for wide in above) >= 10


def no_blank_agents(graph: Graph) -> bool:
    """FOOPS reads neither blank creators nor blank licences."""
    asked = (DCTERMS.creator, DCTERMS.contributor, DCTERMS.publisher, DCTERMS.license)
    return all(isinstance(value, URIRef) for one in asked for value in graph.objects(ONTOLOGY, one))


ITEMS: dict[str, Callable[[Graph], bool]] = {
    "OM1": lambda graph: has(graph, *OM1) and (has(graph, DCTERMS.description) or has(graph, DCTERMS.abstract)),
    "OM2": lambda graph: has(graph, *OM2) and isinstance(graph.value(ONTOLOGY, DCTERMS.created), Literal),
    "OM3 but the DOI": lambda graph: has(graph, *OM3),
    "OM4.1": lambda graph: isinstance(graph.value(ONTOLOGY, DCTERMS.license), URIRef),
    "OM5.1": lambda graph: has(graph, DCTERMS.created, DCTERMS.creator),
    "OM5.2": lambda graph: has(graph, DCTERMS.issued, DCTERMS.publisher),
    "FIND1": lambda graph: str(graph.value(ONTOLOGY, VANN.preferredNamespacePrefix)) == "cd",
    "FIND_3_BIS": lambda graph: has(graph, SDO.includedInDataCatalog),
    "VER1": version_stands,
    "RDF1": lambda graph: (ONTOLOGY, RDF.type, OWL.Ontology) in graph,
    "HTTP1": lambda graph: all(urlsplit(one).scheme in ("http", "https") for one in ontologies(graph)),
    "PURL1": lambda graph: all(urlsplit(one).hostname in PERSISTENT for one in ontologies(graph)),
    "VOC1": lambda graph: has(graph, DCTERMS.title, VANN.preferredNamespaceUri),
    "VOC2": reuses,
    "VOC3": lambda graph: all_have(graph, RDFS.label, SKOS.prefLabel),
    "VOC4": lambda graph: all_have(graph, RDFS.comment, SKOS.definition),
    "trap: agents and licence are IRIs": no_blank_agents,
    "trap: the ontology's IRI begins the terms' namespace": lambda graph: str(
        graph.value(ONTOLOGY, VANN.preferredNamespaceUri)
    ).startswith(ONTOLOGY),
}


@pytest.mark.parametrize("item", ITEMS)
def test_header_and_terms_pass(item: str, ontology: Graph) -> None:
    assert ITEMS[item](ontology)


def test_terms_are_all_there(ontology: Graph) -> None:
    assert len(terms(ontology)) >= 200


def test_no_doi_is_invented(ontology: Graph) -> None:
    """OM3 wants a DOI as well: there is none before the first deposit. This test reminds us to ask for OM3 whole."""
    identifiers = [*ontology.objects(ONTOLOGY, DCTERMS.identifier), *ontology.objects(ONTOLOGY, BIBO_DOI)]
    assert identifiers == []


@pytest.mark.parametrize("path", VOCABULARIES, ids=lambda path: path.stem)
def test_vocabulary_is_judged_by_its_one_scheme(path: Path) -> None:
    graph = Graph().parse(path)
    schemes = list(graph.subjects(RDF.type, SKOS.ConceptScheme))
    assert len(schemes) == 1
    assert (schemes[0], DCTERMS.license, None) in graph
    concepts = set(graph.subjects(SKOS.inScheme, schemes[0]))
    assert len(concepts) >= 2
    for concept in concepts:
        assert {text.language for text in graph.objects(concept, SKOS.definition) if isinstance(text, Literal)} == {
            "en",
            "de",
        }
        assert {text.language for text in graph.objects(concept, SKOS.prefLabel) if isinstance(text, Literal)} == {
            "en",
            "de",
        }


def test_vocabularies_are_among_the_cases() -> None:
    assert len(VOCABULARIES) >= 13


def test_one_header_only() -> None:
    headers = [path.name for path in (ROOT / "ontology").rglob("*.ttl") if "a owl:Ontology" in path.read_text("utf-8")]
    assert headers == ["citydiplomacy.ttl"]
