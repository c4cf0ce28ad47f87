"""One report in six forms: each is what its readers expect, and says the same."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import junitparser
import pyshacl
import pytest
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog
from rdflib import RDF, Graph, Literal, URIRef

from citydiplomacy.findings import Severity
from citydiplomacy.names import SH, Names
from citydiplomacy.shapes_engine import MOST
from citydiplomacy.store import statements_of
from citydiplomacy.submission.fixes import mend, patch
from citydiplomacy.submission.formats import FORMATS, write
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.report import Report, load
from citydiplomacy.submission.syntaxes import Upload

FAIL = Path(__file__).resolve().parent / "corpus" / "fail"
ASSETS = Path(pyshacl.__file__).parent / "assets"
REPORT_SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:report> sh:targetClass sh:ValidationReport ;
  sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ,
    [ sh:path sh:result ; sh:class sh:ValidationResult ] .
<urn:result> sh:targetClass sh:ValidationResult ;
  sh:property [ sh:path [ sh:inversePath sh:result ] ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( sh:Violation sh:Warning sh:Info ) ] ,
    [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ,
    [ sh:path sh:value ; sh:maxCount 1 ] ,
    [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ;
      sh:or ( [ sh:nodeKind sh:IRI ]
        [ sh:property [ sh:path sh:inversePath ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ] ) ] ,
    [ sh:path sh:resultMessage ; sh:minCount 1 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ] .
"""
INVERSE = """
@prefix : <https://w3id.org/citydiplomacy/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:city> sh:targetClass :City ; sh:property [ sh:path [ sh:inversePath :member ] ; sh:maxCount 0 ] .
"""
NAMES = Names("https://w3id.org/citydiplomacy/")
TRIG = (FAIL.parent / "pass" / "base.trig").read_text(encoding="utf-8")
BROKEN = TRIG.replace(":membershipIn", ":MembershipIn").replace('"Bergstadt"@de', '"Berg  stadt"@ger')


@pytest.fixture(scope="module")
def report(verdict) -> Report:  # type: ignore[no-untyped-def]
    found: Report = verdict("mine.trig", BROKEN)
    assert [one.code for one in found.findings] == ["term-case", "language-tag"]
    return found


@pytest.fixture(params=["conforms", "warns", "fails", "json", "xml", "inverse", "unreadable", "two", "many"])
def any_report(request: pytest.FixtureRequest, published: Published) -> Report:
    """Reports of every kind: clean, with warnings, with pointers, with inverse paths, of files nobody can read."""
    files = {
        "conforms": [("mine.trig", TRIG)],
        "warns": [("mine.trig", TRIG.replace("Hilltown takes part", "Hilltown  takes part"))],
        "fails": [("mine.trig", BROKEN)],
        "json": [("a b.jsonld", (FAIL / "unknown-term-property.jsonld").read_text(encoding="utf-8"))],
        "xml": [("x.rdf", (FAIL / "term-case-class.rdf").read_text(encoding="utf-8"))],
        "inverse": [("mine.trig", TRIG)],
        "unreadable": [("mine.trig", TRIG[:-3] + "\x07")],
        "two": [("mine.trig", TRIG), ("more.trig", TRIG + "id:x a :Cty .\n")],
        "many": [("mine.trig", TRIG + "".join(f"id:x{number} a :City .\n" for number in range(300)))],
    }
    against = replace(published, shapes=tuple(statements_of(INVERSE.encode(), "turtle")))
    uploads = [Upload(name, text.encode()) for name, text in files[request.param]]
    report = judge(uploads, against if request.param == "inverse" else published)
    assert bool(report.findings) == (request.param != "conforms")
    assert any(one.path.startswith("^") for one in report.findings) == (request.param == "inverse")
    return report


def test_sarif_follows_its_schema(any_report: Report) -> None:
    """The model is generated from OASIS's schema and forbids what that does not know."""
    log = json.loads(write(any_report, "sarif", NAMES, {}))
    SarifLog.model_validate(log)
    (run,) = log["runs"]
    assert [one["ruleId"] for one in run["results"]] == [one.code for one in any_report.findings]
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        region = one["locations"][0]["physicalLocation"]["region"]
        assert region["endColumn"] > region["startColumn"] >= 1


@pytest.mark.parametrize("spoil", ["level", "message", "region", "more"])
def test_what_breaks_sarif_is_noticed(report: Report, spoil: str) -> None:
    log = json.loads(write(report, "sarif", NAMES, {}))
    result = log["runs"][0]["results"][0]
    if spoil == "region":
        result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    else:
        result |= {"level": "fatal", "message": {"words": "no"}, "more": 1} if spoil != "level" else {"level": "fatal"}
    with pytest.raises(ValidationError):
        SarifLog.model_validate(log)


def test_junit_is_read_by_a_common_reader(any_report: Report) -> None:
    parsed = junitparser.JUnitXml.fromstring(write(any_report, "junit", NAMES, {}).encode())
    suites = {suite.name: suite for suite in parsed}
    assert set(suites) == {one.name for one in any_report.files}
    for name, suite in suites.items():
        grave = [one for one in any_report.findings if one.file == name and one.severity == Severity.VIOLATION]
        assert (suite.failures, suite.errors) == (len(grave), 0)
        assert suite.tests == len(list(suite)) == max(1, len(grave)) + suite.skipped
        told = [(case.result[0].type, case.result[0].message) for case in suite if case.is_failure]
        assert told == [(one.code, one.message) for one in grave]


def test_warnings_fail_in_junit_where_they_count(verdict) -> None:  # type: ignore[no-untyped-def]
    report = verdict("mine.trig", TRIG.replace("Hilltown takes part", "Hilltown  takes part"))
    assert report.severities == {"warning": 1}
    for strict, failures in ((False, 0), (True, 1)):
        (suite,) = junitparser.JUnitXml.fromstring(write(report, "junit", NAMES, {}, strict=strict).encode())
        assert suite.failures == failures


def test_turtle_is_a_shacl_report(any_report: Report) -> None:
    """By SHACL's own shapes for shapes, and by what it says of reports (https://www.w3.org/TR/shacl/#validation-report)."""
    graph = Graph().parse(data=write(any_report, "turtle", NAMES, {}), format="turtle")
    for rules in (Graph().parse(ASSETS / "shacl-shacl.ttl"), Graph().parse(data=REPORT_SHAPES, format="turtle")):
        conforms, _, text = pyshacl.validate(graph, shacl_graph=rules, advanced=False)
        assert conforms, text
    (node,) = graph.subjects(RDF.type, URIRef(SH + "ValidationReport"))
    assert graph.value(node, URIRef(SH + "conforms")) == Literal(not any_report.findings)
    results = list(graph.objects(node, URIRef(SH + "result")))
    assert len(results) == len(any_report.findings)
    messages = sorted(str(one) for result in results for one in graph.objects(result, URIRef(SH + "resultMessage")))
    assert messages == sorted(one.message for one in any_report.findings)


def test_text_shows_the_line_and_a_caret_below_what_is_meant(report: Report) -> None:
    lines = write(report, "text", NAMES, {"mine.trig": BROKEN}).splitlines()
    excerpt = next(number for number, line in enumerate(lines) if ":MembershipIn id:river-cities" in line)
    start = lines[excerpt + 1].index("^")
    assert lines[excerpt][start:].startswith(":MembershipIn")
    assert lines[excerpt + 1].strip() == "^" * len(":MembershipIn")
    assert "The data does not conform. 2 violations, 0 warnings, 0 notes" in lines


def test_json_says_what_was_checked_and_what_was_not(report: Report) -> None:
    told = json.loads(write(report, "json", NAMES, {}))
    assert told["conforms"] is False
    assert told["files"] == [{"name": "mine.trig", "syntax": "trig", "known_by": "suffix", "statements": 20}]
    assert "digests" in told["skipped"]
    assert told["shapes"]["NET-02"] == 1
    assert told["shapes"]["FOR-10"] == 0
    assert set(told["graphs"].values()) == {8, 9, 3}
    names = {"file", "line", "column", "code", "severity", "message", "focusNode", "path", "value", "suggestion", "fix"}
    assert names <= set(told["findings"][0])


def test_html_has_no_markup_of_the_sender(verdict) -> None:  # type: ignore[no-untyped-def]
    evil = TRIG.replace(':acronym "HT"', ':acronym "<script>alert(1)</script>"@en')
    page = write(verdict("<b>.trig", evil), "html", NAMES, {"<b>.trig": evil})
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_comes_through_a_pipe_unchanged(report: Report, form: str) -> None:
    again = load(report.dump())
    assert write(again, form, NAMES, {}) == write(report, form, NAMES, {})


def test_many_findings_are_counted_and_not_all_listed(verdict) -> None:  # type: ignore[no-untyped-def]
    many = TRIG + "".join(f"id:x{number} a :City .\n" for number in range(500))
    report = verdict("many.trig", many, most=10)
    assert report.counts["claim-in-no-passage"] == 500
    assert sum(one.code == "claim-in-no-passage" for one in report.findings) == 10
    assert report.unlisted == sum(report.counts.values()) - len(report.findings) > 480


def test_a_problem_that_stands_in_two_files_is_counted_once(published: Published) -> None:
    head, claims = BROKEN[: BROKEN.index("source:memo {")], BROKEN[BROKEN.index("p:10 {") :]
    uploads = [Upload("mine.trig", BROKEN.encode()), Upload("copy.trig", (head + claims).encode())]
    report = judge(uploads, published)
    assert report.counts == {"language-tag": 1, "term-case": 1}
    assert report.severities == {"violation": 2}
    assert [one.file for one in report.findings] == ["mine.trig", "mine.trig"]


def test_counts_by_code_and_by_severity_and_what_is_listed_agree(verdict) -> None:  # type: ignore[no-untyped-def]
    many = BROKEN + "".join(f'id:x{number} a :City ; rdfs:label "a  b"@en .\n' for number in range(30))
    for most in (1, 10, 100):
        report = verdict("many.trig", many, most=most)
        listed = Counter(one.code for one in report.findings)
        assert listed == {code: min(count, most) for code, count in report.counts.items()}
        assert sum(report.counts.values()) == sum(report.severities.values()) == len(report.findings) + report.unlisted


def test_shapes_stop_where_nobody_reads_on_and_say_so(verdict) -> None:  # type: ignore[no-untyped-def]
    report = verdict(
        "many.trig", TRIG + "p:10 {" + "".join(f"id:x{number} a :City .\n" for number in range(MOST)) + "}"
    )
    assert sum(report.counts.values()) == MOST
    assert "rest" in report.skipped
    assert "shapes, what else they find" in write(report, "text", NAMES, {})


def test_safe_fixes_are_written_and_then_hold(report: Report, verdict) -> None:  # type: ignore[no-untyped-def]
    mended, count = mend(BROKEN, "trig", report.findings)
    assert count == 2
    assert mended == TRIG.replace('"Bergstadt"@de', '"Berg  stadt"@de')
    again = verdict("mine.trig", mended)
    assert [one.code for one in again.findings] == ["white-space"]
    assert mend(mended, "trig", again.findings)[0] == TRIG.replace('"Bergstadt"@de', '"Berg stadt"@de')


def test_fixes_come_as_rdf_patch(report: Report) -> None:
    rows = patch(report.findings).splitlines()
    assert (rows[0], rows[-1]) == ("TX .", "TC .")
    assert [row[0] for row in rows[1:-1]] == ["D", "A", "D", "A"]


def test_unsure_fixes_are_offered_and_not_written(verdict) -> None:  # type: ignore[no-untyped-def]
    broken = TRIG.replace(":membershipIn", ":membershipInn")
    report = verdict("mine.trig", broken)
    assert report.findings[0].fix
    assert mend(broken, "trig", report.findings) == (broken, 0)
