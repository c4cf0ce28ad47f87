"""Findings of the shapes stand on the line they are about, under the number of their requirement."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from citydiplomacy.checks import check
from citydiplomacy.content import read_content
from citydiplomacy.findings import Finding
from citydiplomacy.repository import Repository, open_repository
from citydiplomacy.validation import read_shapes, validate, validate_fast

PREFIXES = """@prefix : <https://example.org/mini/ontology#> .
@prefix id: <https://example.org/mini/id/> .
@prefix p: <https://example.org/mini/passage/letter/> .
@prefix req: <https://example.org/mini/shapes#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def findings(root: Path, shape: str, claim: str, language: str = "en") -> list[Finding]:
    """What a shape finds in a claim that starts on line 9 of its file, beside the miniature repository's data."""
    (root / "shapes" / "more.ttl").write_text(PREFIXES + shape)
    (root / "data" / "claims" / "letter" / "more.trig").write_text(PREFIXES + claim)
    repository = open_repository(root)
    content = read_content(repository)
    assert content.findings == ()
    shapes, broken = read_shapes(repository.shape_files, root)
    assert broken == []
    return validate(content, shapes, language)


def test_miniature_repository_breaks_no_shape(small: Path) -> None:
    assert findings(small, "", "") == []


def test_value_is_found_on_its_line_in_the_wanted_language(small: Path) -> None:
    claim = "p:1 { id:more a :Membership ;\n :member id:ada ,\n  id:eve ;\n :year\n  2018 . }"
    english, german = (findings(small, "", claim, language) for language in ("en", "de"))
    assert {(one.code, one.file.rpartition("/")[2], one.line) for one in english} == {
        ("MIN-01", "more.trig", 10),
        ("MIN-02", "more.trig", 13),
    }
    assert "id:more: Eine Mitgliedschaft hat ein Mitglied, einen Akteur." in {one.message for one in german}


def test_thing_of_the_wrong_kind_is_found_where_the_property_stands(small: Path) -> None:
    shape = "req:MORE-01 a sh:NodeShape ; sh:targetSubjectsOf :year ; sh:class :Membership ; sh:message 'no'@en ."
    (found,) = findings(small, shape, 'p:1 { id:eve a :Person ;\n rdfs:label "Eva" ;\n :year "2018"^^xsd:gYear . }')
    assert (found.code, found.line, found.path) == ("MORE-01", 11, "")


def test_thing_nobody_describes_is_found_where_it_is_named(small: Path) -> None:
    shape = (
        "req:MORE-02 a sh:NodeShape ; sh:targetObjectsOf :member ; sh:property"
        " [ sh:path rdf:type ; sh:minCount 1 ; sh:message 'no'@en ] ."
    )
    claim = "p:1 { id:more a :Membership ;\n :membershipIn id:chess-club ;\n :member\n  id:nobody . }"
    found = [one for one in findings(small, shape, claim) if one.focus_node.endswith("nobody")]
    assert [(one.code, one.file.rpartition("/")[2]) for one in found] == [("MORE-02", "more.trig")]


def test_path_against_the_direction_is_named(small: Path) -> None:
    shape = (
        "req:MORE-03 a sh:PropertyShape ; sh:targetClass :Club ; sh:path [ sh:inversePath :membershipIn ] ;"
        " sh:maxCount 1 ; sh:message 'no'@en ."
    )
    (found,) = findings(small, shape, "p:1 { id:more a :Membership ; :member id:eve ; :membershipIn id:chess-club . }")
    assert (found.code, found.path) == ("MORE-03", "^https://example.org/mini/ontology#membershipIn")


def test_statements_of_the_ontology_are_not_judged_but_its_concepts_are(small: Path) -> None:
    shape = (
        "req:MORE-04 a sh:PropertyShape ; sh:targetSubjectsOf rdfs:label ; sh:path rdfs:label ; sh:minLength 7 ;"
        " sh:message 'no'@en . req:MORE-05 a sh:PropertyShape ; sh:targetClass :Agent ; sh:path :none ; sh:minCount 1 ."
    )
    ontology = small / "ontology" / "mini.ttl"
    text = ontology.read_text()
    concept = '<https://example.org/mini/id/guest> a :Person ; rdfs:label "guest" .\n'
    ontology.write_text(text + concept)
    found = [one for one in findings(small, shape, "") if one.file == "ontology/mini.ttl"]
    assert {(one.code, one.line) for one in found} == {(code, text.count("\n") + 1) for code in ("MORE-04", "MORE-05")}


COMPARED = (
    "req:MORE-06 a sh:PropertyShape ; sh:targetSubjectsOf :from ; sh:path :from ; sh:lessThanOrEquals :to ;"
    " sh:message 'no'@en ."
)


@pytest.mark.parametrize(
    ("first", "last", "right"),
    [
        ("1", "2.5", True),
        ("2", "2", True),
        ("3", "2", False),
        ('"2018-01-01"^^xsd:date', '"2018-01-02"^^xsd:date', True),
        ('"2018-01-03"^^xsd:date', '"2018-01-02"^^xsd:date', False),
        ('"2018-01-01"^^xsd:date', '"2019"^^xsd:gYear', False),
        ('"2018"^^xsd:gYear', '"2019"^^xsd:gYear', False),
        ('"2018-01-01T00:00:00"^^xsd:dateTime', '"2018-01-02T00:00:00Z"^^xsd:dateTime', False),
        ("1.5", '"NaN"^^xsd:double', False),
        ('"x"^^xsd:integer', "2", False),
        ('"one"', "2", False),
        ("id:ada", "2", False),
    ],
)
def test_values_that_can_not_be_compared_are_found(small: Path, first: str, last: str, right: bool) -> None:
    found = findings(small, COMPARED, f"p:1 {{ id:eve :from {first} ; :to {last} . }}")
    assert [one.code for one in found] == ([] if right else ["MORE-06"])


@pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning")
def test_a_value_that_is_none_of_its_datatype_is_found_as_it_is_written(small: Path) -> None:
    shape = "req:MORE-07 a sh:PropertyShape ; sh:targetSubjectsOf :done ; sh:path :done ; sh:datatype xsd:boolean ."
    (found,) = findings(small, shape, 'p:1 { id:eve :done "none"^^xsd:boolean . id:ada :done true . }')
    assert (found.code, found.focus_node.rpartition("/")[2], found.value) == ("MORE-07", "eve", "none")


def test_compared_blank_node_leaves_everything_else_checked(small: Path) -> None:
    wrong = "id:more a :Membership ; :member id:eve ; :year 2018 . id:ada :from 2 ; :to 1 ."
    found = findings(small, COMPARED, "p:1 { id:eve :from 1 ; :to [] . " + wrong + " }")
    assert {one.code for one in found} == {"MIN-02", "MORE-06"}
    assert {one.focus_node.rpartition("/")[2] for one in found} == {"more", "ada"}


def test_shapes_that_can_not_be_read_are_a_finding(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("req:X a sh:NodeShape .")
    graph, found = read_shapes([tmp_path / "broken.ttl"], tmp_path)
    assert isinstance(graph, Graph)
    assert [(one.file, one.line, one.code) for one in found] == [("broken.ttl", 1, "syntax")]


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("sh:nodeKind sh:Literal ; sh:message 'no'@en , 'nein'@de", True),
        ("sh:nodeKind sh:Literal", False),
        ("sh:message 'no'@en ; sh:sparql [ sh:select 'SELECT $this { $this ?p ?o FILTER(isIRI($this)) }' ]", False),
    ],
    ids=["all it needs", "no message", "beyond the core"],
)
def test_compiled_engine_tells_the_same_or_nothing(small: Path, shape: str, told: bool) -> None:
    (small / "shapes/more.ttl").write_text(PREFIXES + f"req:M a sh:NodeShape ; sh:targetSubjectsOf :year ; {shape} .")
    (small / "data/claims/letter/more.trig").write_text(PREFIXES + "p:1 { id:eve :year 2018 . }")
    repository = open_repository(small)
    content, (shapes, _) = read_content(repository), read_shapes(repository.shape_files, small)
    found = validate(content, shapes, "de")
    assert "M" in {one.code for one in found}
    assert validate_fast(content, shapes, "de") == (found if told else None)


def test_shapes_without_a_name_are_left_to_the_reference(small: Path) -> None:
    named = "req:MORE-08 a sh:NodeShape ; sh:targetSubjectsOf :member ."
    nameless = "[] a sh:NodeShape ; sh:targetSubjectsOf :year ; sh:nodeKind sh:Literal ; sh:message 'no'@en ."
    claim = "p:1 { id:more a :Membership ; :member id:eve ;\n :membershipIn id:chess-club ;\n :year 2018 . }"
    found = [one for one in findings(small, named + nameless, claim) if one.code == "shacl"]
    assert 11 in {
        one.line for one in found
    }  # where the year stands: the compiled engine does not say which shape it was
    assert "engines-disagree" not in {one.code for one in check(open_repository(small), None).findings}


@pytest.mark.parametrize("reference", [True, False])
def test_a_check_says_which_engines_judged(small_repository: Repository, reference: bool) -> None:
    verdict = check(small_repository, None, reference=reference)
    assert ("pySHACL" in str(verdict.checked), "shacl" in str(verdict.checked)) == (reference, True)


def test_a_check_finds_engines_that_do_not_agree(small_repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citydiplomacy.checks.validate_fast", lambda *_: [Finding("x", 1, "MIN-01", "only here")])
    verdict = check(small_repository, None)
    (wrong,) = (one for one in verdict.findings if one.code == "engines-disagree")
    assert "only here" in wrong.message
    assert not verdict.conforms
