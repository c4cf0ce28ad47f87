"""A report as SHACL has it (https://www.w3.org/TR/shacl/#validation-report), with the places by W3C's Pointers in RDF.

What no shape found is a result, too: its component is the code's IRI.
"""

from __future__ import annotations

from collections.abc import Iterator

from citydiplomacy.findings import Severity
from citydiplomacy.names import RDF, SH, XSD, Names
from citydiplomacy.store import convert
from citydiplomacy.submission.catalogue import Reported
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.terms import iri, literal

POINTERS, EARL = "http://www.w3.org/2009/pointers#", "http://www.w3.org/ns/earl#"
SEVERITIES = {Severity.VIOLATION: "Violation", Severity.WARNING: "Warning", Severity.INFO: "Info"}


def write(report: Report, names: Names) -> str:
    """The report as Turtle. ``sh:conforms`` is false where there is any result, as SHACL wants it."""
    rows = [("_:report", RDF + "type", iri(SH + "ValidationReport")), ("_:report", SH + "conforms", _conforms(report))]
    for number, finding in enumerate(report.findings):
        rows.append(("_:report", SH + "result", f"_:r{number}"))
        rows += _result(f"_:r{number}", finding, names, report.language)
    lines = [f"{subject} <{predicate}> {value} .\n" for subject, predicate, value in rows]
    prefixes = {**names.prefixes, "sh": SH, "ptr": POINTERS, "earl": EARL}
    return convert(lines, "turtle", prefixes).decode("utf-8")


def _conforms(report: Report) -> str:
    return literal("false" if report.findings else "true", datatype=XSD + "boolean")


def _result(node: str, finding: Reported, names: Names, language: str) -> Iterator[tuple[str, str, str]]:
    yield node, RDF + "type", iri(SH + "ValidationResult")
    yield node, SH + "resultSeverity", iri(SH + SEVERITIES[finding.severity])
    yield (
        node,
        SH + "focusNode",
        finding.focus_term or (iri(finding.focus_node) if finding.focus_node else literal(finding.file)),
    )
    component = finding.component or f"{names.base}validate/{finding.code}"
    component = component if ":" in component else SH + component
    yield node, SH + "sourceConstraintComponent", iri(component)
    if finding.shape:
        yield node, SH + "sourceShape", iri(finding.shape)
    yield node, SH + "resultMessage", literal(finding.message, language)
    if finding.value_term:
        yield node, SH + "value", finding.value_term
    if finding.path.startswith("^"):
        yield node, SH + "resultPath", f"{node}p"
        yield f"{node}p", SH + "inversePath", iri(finding.path[1:])
    elif finding.path:
        yield node, SH + "resultPath", iri(finding.path)
    yield from _place(node, finding)


def _place(node: str, finding: Reported) -> Iterator[tuple[str, str, str]]:
    where = f"{node}w"
    yield node, EARL + "pointer", where
    yield where, RDF + "type", iri(POINTERS + "LineCharPointer")
    yield where, POINTERS + "reference", literal(finding.file)
    if finding.line:
        yield where, POINTERS + "lineNumber", literal(str(finding.line), datatype=XSD + "integer")
        yield where, POINTERS + "charNumber", literal(str(finding.column), datatype=XSD + "integer")
