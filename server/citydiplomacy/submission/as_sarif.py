"""A report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which code hosts show beside the lines."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from citydiplomacy.findings import Severity
from citydiplomacy.names import Names
from citydiplomacy.submission.catalogue import Reported, codes
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.words import check_name

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write(report: Report, names: Names) -> str:
    """The report as a SARIF log with one run."""
    rules = sorted({finding.code for finding in report.findings})
    run = {
        "tool": {
            "driver": {
                "name": "citydiplomacy validate",
                "version": version("citydiplomacy"),
                "informationUri": names.base,
                "rules": [_rule(code, report, names) for code in rules],
            }
        },
        "language": report.language,
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(one.name)}} for one in report.files],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(report)}],
        "results": [_result(finding, rules.index(finding.code)) for finding in report.findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(code: str, report: Report, names: Names) -> dict[str, Any]:
    known = codes().get(code)
    rule: dict[str, Any] = {"id": code, "helpUri": f"{names.base}validate/{code}"}
    if known:
        rule["shortDescription"] = {"text": known.title[report.language]}
        rule["fullDescription"] = {"text": known.why[report.language]}
        rule["defaultConfiguration"] = {"level": LEVELS[known.severity]}
    return rule


def _notes(report: Report) -> list[dict[str, Any]]:
    """What was not checked, and why."""
    skipped = [f"{check_name(name, report.language)}: {why}" for name, why in report.skipped.items()]
    return [{"level": "note", "message": {"text": text}} for text in skipped]


def _result(finding: Reported, index: int) -> dict[str, Any]:
    hint = f" ({finding.suggestion})" if finding.suggestion else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message + hint},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(finding.file)}, **_region(finding)}}],
    }
    if finding.pointer:
        result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.pointer, "kind": "member"}]
    told = {"focusNode": finding.focus_node, "path": finding.path, "value": finding.value, "rdfPatch": finding.fix}
    result["properties"] = {key: value for key, value in told.items() if value}
    return result


def _region(finding: Reported) -> dict[str, Any]:
    if not finding.line:
        return {}
    region = {"startLine": finding.line}
    if finding.column:
        region |= {"startColumn": finding.column, "endColumn": finding.column + max(finding.length, 1)}
    return {"region": region}


def _uri(name: str) -> str:
    """A file's name as a URI: relative, unless it is the path of one elsewhere."""
    return Path(name).as_uri() if PurePath(name).is_absolute() else quote(name)
