"""One report in six forms: each is what its readers expect, and says the same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import junitparser
import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog
from rdflib import RDF, Graph, Literal, URIRef

from citydiplomacy.names import SH, Names
from citydiplomacy.submission.fixes import mend, patch
from citydiplomacy.submission.formats import FORMATS, write
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.report import Report, load
from citydiplomacy.submission.syntaxes import Upload

FAIL = Path(__file__).resolve().parent / "corpus" / "fail"
NAMES = Names("https://w3id.org/citydiplomacy/")
TRIG = (FAIL.parent / "pass" / "base.trig").read_text(encoding="utf-8")
BROKEN = TRIG.replace(":membershipIn", ":MembershipIn").replace('"Bergstadt"@de', '"Berg  stadt"@ger')


@pytest.fixture(scope="module")
def report(verdict) -> Report:  # type: ignore[no-untyped-def]
    found: Report = verdict("mine.trig", BROKEN)
    assert [one.code for one in found.findings] == ["term-case", "language-tag"]
    return found


def test_sarif_follows_its_schema(report: Report) -> None:
    """The model is generated from OASIS's schema and forbids what that does not know."""
    log = json.loads(write(report, "sarif", NAMES, {}))
    SarifLog.model_validate(log)
    (run,) = log["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["term-case", "language-tag"]
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        region = one["locations"][0]["physicalLocation"]["region"]
        assert region["endColumn"] > region["startColumn"] >= 1


def test_junit_is_read_by_a_common_reader(report: Report) -> None:
    parsed = junitparser.JUnitXml.fromstring(write(report, "junit", NAMES, {}).encode())
    (suite,) = parsed
    assert (suite.name, suite.failures, suite.tests) == ("mine.trig", 2, 3)


def test_turtle_is_a_shacl_report(report: Report) -> None:
    graph = Graph().parse(data=write(report, "turtle", NAMES, {}), format="turtle")
    (node,) = graph.subjects(RDF.type, URIRef(SH + "ValidationReport"))
    assert graph.value(node, URIRef(SH + "conforms")) == Literal(False)
    results = list(graph.objects(node, URIRef(SH + "result")))
    assert len(results) == 2
    for result in results:
        for name in ("focusNode", "resultSeverity", "sourceConstraintComponent", "resultMessage"):
            assert len(list(graph.objects(result, URIRef(SH + name)))) == 1, name


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
