"""A report as JUnit XML, which CI services read: a suite a file, a test case a finding, and one where there is none."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from citydiplomacy.findings import Severity
from citydiplomacy.submission.catalogue import Reported
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.words import check_name, summary, totals


def write(report: Report, *, strict: bool = False) -> str:
    """The report as JUnit XML. Violations are failures, with ``strict`` warnings, too; the rest is output."""
    grave = {Severity.VIOLATION, Severity.WARNING} if strict else {Severity.VIOLATION}
    root = ET.Element("testsuites", name="citydiplomacy validate")
    for number, file in enumerate(report.files):
        found = [one for one in report.findings if one.file == file.name and one.severity in grave]
        skipped = report.skipped if number == 0 else {}
        suite = _suite(root, file.name, found, {check_name(key, report.language): x for key, x in skipped.items()})
        if number == 0:
            soft = [one.text() for one in report.findings if one.severity not in grave]
            ET.SubElement(suite, "system-out").text = _clean("\n".join([*soft, *summary(report), totals(report)]))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, file: str, found: list[Reported], skipped: dict[str, str]) -> ET.Element:
    """The suite of one file: its failures, or one case that says it conforms, and what was not checked."""
    suite = ET.SubElement(root, "testsuite", name=file, errors="0", failures=str(len(found)))
    suite.set("tests", str(max(1, len(found)) + len(skipped)))
    suite.set("skipped", str(len(skipped)))
    for finding in found:
        case = ET.SubElement(suite, "testcase", classname=file, name=f"{finding.code} line {finding.line}")
        case.set("file", file)
        case.set("line", str(finding.line))
        failure = ET.SubElement(case, "failure", type=finding.code, message=_clean(finding.message))
        failure.text = _clean(finding.text())
    if not found:
        ET.SubElement(suite, "testcase", classname=file, name="conforms")
    for check, why in skipped.items():
        ET.SubElement(ET.SubElement(suite, "testcase", classname=file, name=check), "skipped", message=why)
    return suite


def _clean(text: str) -> str:
    """A text without the control characters that XML 1.0 does not know."""
    return "".join(one if one in "\t\n\r" or ord(one) >= 32 else "\ufffd" for one in text)
