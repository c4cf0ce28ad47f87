"""Each rule on ontology and labels is broken once, and only by what breaks it."""

from pathlib import Path

import pytest

from citydiplomacy.content import read_content
from citydiplomacy.findings import Finding
from citydiplomacy.release.building import release_lines
from citydiplomacy.repository import open_repository
from citydiplomacy.rules import check_rules, read_rules
from citydiplomacy.store import store_of

ONTOLOGY = "ontology/mini.ttl"
CLAIMS = "data/claims/letter/letter.trig"
EDITORIAL = "data/editorial.trig"
TERM = """
:{name} a {kind} ;
  rdfs:label "x"@en , "x"@de ;
  skos:definition "y"@en , "y"@de ;
  skos:example "z"@en , "z"@de ;
  rdfs:isDefinedBy <https://example.org/mini/ontology> ;
  dcterms:source <https://example.org/mini/source/letter> .
"""
CONCEPT = (
    '\n<https://example.org/mini/id/c> a :Agent ; skos:prefLabel "c"@en , "c"@de ; rdfs:label "c"@en , "c"@de ;\n'
    '  skos:definition "d"@en , "d"@de ; skos:inScheme <https://example.org/mini/id/s> .\n'
)


def term(name: str, kind: str = "owl:Class") -> str:
    return TERM.format(name=name, kind=kind)


# code -> (file, text to replace, its replacement); no text to replace: the replacement is added at the end
BROKEN = {
    "label-missing": (ONTOLOGY, 'rdfs:label "club"@en , "Verein"@de', 'rdfs:label "club"@en'),
    "label-twice": (ONTOLOGY, '"club"@en ,', '"club"@en , "society"@en ,'),
    "definition-missing": (ONTOLOGY, ' , "Ein Mensch."@de', ""),
    "definition-circular": (ONTOLOGY, '"A human being."@en', '"Person"@en'),
    "example-missing": (ONTOLOGY, ' , "der Schachverein"@de', ""),
    "is-defined-by-missing": (ONTOLOGY, "  rdfs:isDefinedBy <https://example.org/mini/ontology> ;\n", ""),
    "source-missing": (ONTOLOGY, ";\n  dcterms:source <https://example.org/mini/source/letter> .", "."),
    "class-name-form": (ONTOLOGY, "", term("bad_class")),
    "property-name-form": (ONTOLOGY, "", term("BadProperty", "owl:ObjectProperty")),
    "two-kinds": (ONTOLOGY, "", "\n:year a owl:ObjectProperty .\n"),
    "functional-property": (ONTOLOGY, "", "\n:year a owl:FunctionalProperty .\n"),
    "temporal-range": (ONTOLOGY, "", "\n:year rdfs:range xsd:gYear .\n"),
    "import-present": (ONTOLOGY, "", "\n<https://example.org/mini/ontology> owl:imports <http://e/> .\n"),
    "undeclared-term": (ONTOLOGY, "", "\n:Club rdfs:subClassOf <http://e/Thing> .\n"),
    "deprecated-without-replacement": (ONTOLOGY, "", "\n:Section owl:deprecated true .\n"),
    "deprecated-term-used": (ONTOLOGY, "", "\n:Section owl:deprecated true ; dcterms:isReplacedBy :Passage .\n"),
    "chain-shortcut-authored": (CLAIMS, "id:eve a :Person .", "id:eve a :Person ; :memberOf id:chess-club ."),
    "unused-term": (ONTOLOGY, "", term("Ghost")),
    "concept-scheme-missing": (ONTOLOGY, "", CONCEPT.replace(" ; skos:inScheme <https://example.org/mini/id/s>", "")),
    "concept-definition-missing": (ONTOLOGY, "", CONCEPT.replace(', "d"@de', "")),
    "concept-cycle": (
        ONTOLOGY,
        "",
        CONCEPT + "<https://example.org/mini/id/c> skos:broader <https://example.org/mini/id/c> .\n",
    ),
    "contradiction": (ONTOLOGY, "", "\n:Person owl:disjointWith :Agent .\n"),
    "thing-label-missing": (EDITORIAL, ' , "Eva"@de', ""),
    "thing-without-passage": (EDITORIAL, "  id:eve rdfs", '  id:zoe rdfs:label "Zoe"@en , "Zoe"@de .\n  id:eve rdfs'),
}


def findings_in(root: Path) -> list[Finding]:
    repository = open_repository(root)
    content = read_content(repository)
    assert content.findings == ()
    return check_rules(store_of(release_lines(repository, content)), content, read_rules())


@pytest.mark.parametrize("code", BROKEN)
def test_broken_rule_is_found(small: Path, code: str) -> None:
    file, old, new = BROKEN[code]
    path = small / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text + new)
    found = [finding for finding in findings_in(small) if finding.code == code]
    assert found
    assert all(finding.file.split("/")[0] in ("ontology", "data") and finding.line for finding in found)


@pytest.mark.parametrize(
    ("axiom", "found"),
    [
        (":Person owl:disjointWith :Agent .", ["id/ada", "id/eve"]),
        (":Agent owl:complementOf :Person .", ["id/ada", "id/eve"]),
        ("[] a owl:AllDisjointClasses ; owl:members ( :Club :Agent :Membership ) .", ["id/chess-club"]),
        ("[] a owl:AllDisjointClasses ; owl:members ( :Club :Person :Membership ) .", []),
        (":memberOf owl:propertyDisjointWith :memberOf .", ["id/ada"]),
        (":knows a owl:IrreflexiveProperty .", ["id/eve"]),
        (":knows a owl:AsymmetricProperty .", ["id/ada", "id/eve"]),
    ],
)
def test_each_kind_of_contradiction_is_found(small: Path, axiom: str, found: list[str]) -> None:
    knows = " id:eve :knows id:eve , id:ada . id:ada :knows id:eve ."
    claims, ontology = small / CLAIMS, small / ONTOLOGY
    claims.write_text(claims.read_text().replace("id:eve a :Person .", "id:eve a :Person ." + knows))
    ontology.write_text(ontology.read_text() + "\n:knows a owl:ObjectProperty .\n" + axiom + "\n")
    subjects = sorted({one.focus_node for one in findings_in(small) if one.code == "contradiction"})
    assert [one.removeprefix("https://example.org/mini/") for one in subjects] == found


def test_every_rule_has_a_case_that_breaks_it() -> None:
    assert {rule.code for rule in read_rules()} == set(BROKEN)


def test_miniature_repository_breaks_no_rule(small: Path) -> None:
    assert findings_in(small) == []
