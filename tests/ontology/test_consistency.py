"""HermiT proves the ontology consistent, and its disjointness axioms catch what nothing can be at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from citydiplomacy.content import Content, read_content
from citydiplomacy.reasoning import prove_consistent
from citydiplomacy.repository import Repository, open_repository

PREFIXES = """@prefix : <https://w3id.org/citydiplomacy/ontology#> .
@prefix id: <https://w3id.org/citydiplomacy/id/> .
@prefix p: <https://w3id.org/citydiplomacy/passage/new-role-for-cities/> .
"""
# What no thing can be at once ...
APART = [
    ("City", "Declaration"),
    ("City", "Place"),
    ("City", "CityNetwork"),
    ("City", "State"),
    ("State", "Country"),
    ("State", "InternationalOrganisation"),
    ("Person", "Organisation"),
    ("Person", "ActorGroup"),
    ("Actor", "Event"),
    ("Organisation", "Theme"),
    ("CivilSocietyOrganisation", "InternationalOrganisation"),
    ("ForumSeries", "ForumMeeting"),
    ("ForumSeries", "Document"),
    ("Membership", "Organisation"),
    ("Funding", "Fund"),
    ("Passage", "Document"),
    ("Passage", "Section"),
    ("Finding", "Statistic"),
    ("Position", "Actor"),
    ("Recommendation", "Document"),
    ("Quotation", "Document"),
    ("Aim", "Document"),
    ("Initiative", "Document"),
    ("Status", "Role"),
    ("Region", "Place"),
    ("Omission", "Passage"),
]
# ... and what some things are.
TOGETHER = [
    ("ForumSeries", "Collaboration"),
    ("CityNetwork", "OrganisationalUnit"),
    ("CityNetwork", "CivilSocietyOrganisation"),
    ("WorkingGroup", "OrganisationalUnit"),
    ("Initiative", "Collaboration"),
    ("Initiative", "ForumSeries"),
    ("IndicatorInstrument", "Document"),
    ("Theme", "Challenge"),
    ("Trend", "Challenge"),
    ("Agreement", "Declaration"),
    ("Foundation", "CivilSocietyOrganisation"),
    ("ResearchOrganisation", "OrganisationalUnit"),
]


def name_of(one: str, other: str) -> str:
    return f"Both{one}And{other}"


@pytest.fixture(scope="module")
def impossible(tmp_path_factory: pytest.TempPathFactory, real_repository: Repository, java: str) -> set[str]:
    """Names of the classes, one a pair below, that HermiT says can have no members."""
    root = tmp_path_factory.mktemp("pairs")
    for folder in ("shapes", "data", "queries", "ontology"):
        (root / folder).mkdir()
    for path in (real_repository.root / "ontology").glob("*.ttl"):
        (root / "ontology" / path.name).write_bytes(path.read_bytes())
    pairs = ((name_of(one, other), one, other) for one, other in APART + TOGETHER)
    lines = "".join(f":{name} a owl:Class ; rdfs:subClassOf :{one} , :{other} .\n" for name, one, other in pairs)
    evidence = root / "ontology/evidence.ttl"
    evidence.write_text(evidence.read_text(encoding="utf-8") + lines, encoding="utf-8")
    findings = prove_consistent(read_content(open_repository(root)), java)
    assert {finding.code for finding in findings} == {"owl-unsatisfiable"}
    return {finding.message.split()[0].removeprefix("cd:") for finding in findings}


def test_ontology_and_data_are_consistent(content: Content, java: str) -> None:
    assert prove_consistent(content, java) == []


@pytest.mark.parametrize("pair", APART, ids="-".join)
def test_nothing_is_both(pair: tuple[str, str], impossible: set[str]) -> None:
    assert name_of(*pair) in impossible


@pytest.mark.parametrize("pair", TOGETHER, ids="-".join)
def test_something_may_be_both(pair: tuple[str, str], impossible: set[str]) -> None:
    assert name_of(*pair) not in impossible


def test_no_class_but_the_pairs_is_impossible(impossible: set[str]) -> None:
    assert impossible == {name_of(*pair) for pair in APART}
    assert len(APART) >= 25
    assert len(TOGETHER) >= 10


def test_city_that_is_a_declaration_breaks_the_proof(bare: Path, java: str) -> None:
    (bare / "data/claims.trig").write_text(PREFIXES + "p:1 { id:x a :City , :Declaration }\n")
    findings = prove_consistent(read_content(open_repository(bare)), java)
    assert [finding.code for finding in findings] == ["owl-inconsistent"]


def test_property_used_on_the_wrong_thing_breaks_the_proof(bare: Path, java: str) -> None:
    claims = "p:1 { id:quito a :Place . id:m a :Membership ; :member id:quito }\n"
    (bare / "data/claims.trig").write_text(PREFIXES + claims)
    findings = prove_consistent(read_content(open_repository(bare)), java)
    assert [finding.code for finding in findings] == ["owl-inconsistent"]
