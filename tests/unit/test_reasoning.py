"""Entailments, labels of relationships, and the proof of consistency."""

from pathlib import Path

import pytest
from rdflib import RDF, RDFS, Literal, URIRef

from citydiplomacy.content import read_content
from citydiplomacy.errors import MissingTool
from citydiplomacy.reasoning import find_java, infer, prove_consistent
from citydiplomacy.repository import Repository, open_repository

MINI = "https://example.org/mini/"


def test_infers_shortcuts_types_and_inverses(small_repository: Repository) -> None:
    inferred = infer(read_content(small_repository))
    ada, club = URIRef(MINI + "id/ada"), URIRef(MINI + "id/chess-club")
    assert (ada, URIRef(MINI + "ontology#memberOf"), club) in inferred
    assert (ada, RDF.type, URIRef(MINI + "ontology#Agent")) in inferred


def test_names_relationships_in_both_languages(small_repository: Repository) -> None:
    inferred = infer(read_content(small_repository))
    membership = URIRef(MINI + "id/ada-in-chess-club")
    assert (membership, RDFS.label, Literal("Ada: Mitglied in Schachverein", lang="de")) in inferred
    assert (membership, RDFS.label, Literal("Ada: member of Chess Club", lang="en")) in inferred


STATUS = """
:status a owl:ObjectProperty . :factual a owl:DatatypeProperty . :Status a owl:Class .
<https://example.org/mini/id/planned> a :Status ; :factual false .
<https://example.org/mini/id/done> a :Status ; :factual true .
"""


@pytest.mark.parametrize(
    ("statuses", "derived"), [("id:planned", False), ("id:done", True), ("id:planned , id:done", True)]
)
def test_a_plan_becomes_no_fact(small: Path, statuses: str, derived: bool) -> None:
    ontology, claims = small / "ontology/mini.ttl", small / "data/claims/letter/letter.trig"
    ontology.write_text(ontology.read_text() + STATUS)
    claims.write_text(claims.read_text().replace(":member id:ada ;", f":member id:ada ; :status {statuses} ;"))
    shortcut = (URIRef(MINI + "id/ada"), URIRef(MINI + "ontology#memberOf"), URIRef(MINI + "id/chess-club"))
    assert (shortcut in infer(read_content(open_repository(small)))) is derived


def test_adds_no_noise(small_repository: Repository) -> None:
    content = read_content(small_repository)
    asserted = {(q.subject, q.predicate, q.object) for q in content.quads}
    for subject, predicate, value in infer(content):
        assert (subject, predicate, value) not in asserted
        assert subject != value
        assert "sameAs" not in predicate
        assert str(value) != "http://www.w3.org/2002/07/owl#Thing"
        assert str(subject).startswith(MINI)


def java() -> str:
    try:
        return find_java()
    except MissingTool as error:
        pytest.fail(f"this machine has no Java, and make test did not bring one: {error.detail}")


def test_consistent_content_is_proved_so(small_repository: Repository) -> None:
    assert prove_consistent(read_content(small_repository), java()) == []


def test_thing_of_two_disjoint_types_makes_the_proof_fail(small: Path) -> None:
    path = small / "data/claims/letter/letter.trig"
    path.write_text(path.read_text() + "p:2 { id:eve a :Club }\n")
    findings = prove_consistent(read_content(open_repository(small)), java())
    assert [finding.code for finding in findings] == ["owl-inconsistent"]


def test_class_that_nothing_can_be_is_found(small: Path) -> None:
    path = small / "ontology/mini.ttl"
    path.write_text(path.read_text() + ":Chimera a owl:Class ; rdfs:subClassOf :Person , :Club .\n")
    findings = prove_consistent(read_content(open_repository(small)), java())
    assert [finding.code for finding in findings] == ["owl-unsatisfiable"]
    assert findings[0].message.startswith("mini:Chimera ")


def test_broken_java_is_a_finding_not_a_pass(small_repository: Repository, tmp_path: Path) -> None:
    broken = tmp_path / "java"
    broken.write_text("#!/bin/sh\necho no >&2\nexit 3\n")
    broken.chmod(0o755)
    findings = prove_consistent(read_content(small_repository), str(broken))
    assert [finding.code for finding in findings] == ["owl-proof-failed"]
