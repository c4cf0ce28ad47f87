"""The alignments: every outside term exists where it is said to, ours too, and nothing of theirs gets into our data."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, GEO, ORG, PROV, SDO, SOSA, DefinedNamespace

from citydiplomacy.content import Content, read_content
from citydiplomacy.reasoning import infer
from citydiplomacy.repository import open_repository

FOLDER = Path(__file__).resolve().parents[2] / "ontology/alignments"
OURS = "https://w3id.org/citydiplomacy/ontology#"
RELATIONS = {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch}
CLOSED: dict[str, type[DefinedNamespace]] = {
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "geosparql": GEO,
    "org": ORG,
    "prov": PROV,
    "schema": SDO,
    "skos": SKOS,
    "sosa": SOSA,
}
# rdflib has no namespace for these; read in the vocabularies' own files (oa.ttl of w3c/web-annotation, bibo.owl).
BY_HAND = {
    "oa": ("http://www.w3.org/ns/oa#", {"Annotation", "TextQuoteSelector", "hasTarget", "hasBody"}),
    "bibo": (
        "http://purl.org/ontology/bibo/",
        {"Document", "Conference", "Interview", "Quote", "interviewee", "presentedAt", "recipient", "issuer"},
    ),
}
FILES = sorted(path.stem for path in FOLDER.glob("*.ttl"))


def links(name: str) -> tuple[Graph, list[tuple[URIRef, URIRef]]]:
    """A file's statements, and the pairs of our term and theirs."""
    graph = Graph().parse(FOLDER / f"{name}.ttl")
    pairs = [(s, o) for s, p, o in graph if p in RELATIONS and isinstance(s, URIRef) and isinstance(o, URIRef)]
    return graph, pairs


def test_every_file_has_a_vocabulary_that_knows_its_terms() -> None:
    assert sorted([*CLOSED, *BY_HAND]) == FILES
    assert len(FILES) >= 10


@pytest.mark.parametrize("name", FILES)
def test_outside_terms_exist(name: str) -> None:
    _, pairs = links(name)
    assert pairs
    for _, outside in pairs:
        if name in BY_HAND:
            namespace, known = BY_HAND[name]
            assert outside.startswith(namespace)
            assert outside.removeprefix(namespace) in known
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert outside in CLOSED[name], f"{outside} is no term of {name}"


@pytest.mark.parametrize("name", FILES)
def test_links_go_from_declared_terms_to_kinds_that_fit(name: str, ontology: Graph, content: Content) -> None:
    graph, pairs = links(name)
    for ours, outside in pairs:
        assert str(ours) in content.declared, f"{ours} is not declared"
        assert str(ours).startswith(OURS)
        theirs = {str(kind) for kind in (*graph.objects(outside, RDF.type), *ontology.objects(outside, RDF.type))}
        assert theirs, f"{outside} has no kind"
        classes = {kind for kind in theirs if kind.endswith("Class")}
        assert bool(classes) == ours.removeprefix(OURS)[0].isupper(), f"{ours} and {outside} are of different kinds"


@pytest.mark.parametrize("name", FILES)
def test_file_says_what_it_is_and_nothing_else(name: str) -> None:
    assert (FOLDER / f"{name}.ttl").read_text(encoding="utf-8").startswith("# Links from our terms to ")
    graph, _ = links(name)
    assert {p for _, p, _ in graph} <= RELATIONS | {RDF.type, RDFS.isDefinedBy}


def test_nothing_is_said_of_our_things_in_outside_terms(bare: Path) -> None:
    """A document with an author and a title: neither dcterms:creator nor schema:name follows."""
    (bare / "data/claims.trig").write_text(
        f"@prefix : <{OURS}> .\n@prefix id: <https://w3id.org/citydiplomacy/id/> .\n"
        "<https://w3id.org/citydiplomacy/passage/new-role-for-cities/1> {\n"
        '  id:paper a :Publication ; :author id:ada ; :title "Paper"@en ; :partOf id:series . id:ada a :Person }\n'
    )
    outside = set()
    for subject, predicate, value in infer(read_content(open_repository(bare))):
        assert subject != value
        outside |= {str(term) for term in (predicate, value) if str(term).startswith("http")}
    aligned = {str(theirs) for name in FILES for _, theirs in links(name)[1]}
    assert len(aligned) >= 60
    assert outside & aligned == set()
    assert OURS + "Actor" in outside
