"""The forms a report comes in, for files and for HTTP."""

from __future__ import annotations

import json

from citydiplomacy.media import HTML, JSON, Format
from citydiplomacy.names import Names
from citydiplomacy.submission import as_html, as_junit, as_text
from citydiplomacy.submission.report import Report

REPORTS = (
    JSON,
    Format("turtle", "ttl", "text/turtle"),
    Format("sarif", "sarif", "application/sarif+json"),
    Format("junit", "xml", "application/xml", ("text/xml",)),
    Format("text", "txt", "text/plain"),
    HTML,
)
FORMATS = ("text", "json", "turtle", "sarif", "junit", "html")


def write(report: Report, form: str, names: Names, texts: dict[str, str], *, strict: bool = False) -> str:
    """A report in one of ``FORMATS``. ``texts`` are the files' texts, from which lines are shown to people."""
    if form == "json":
        return json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n"
    if form == "turtle":
        from citydiplomacy.submission import as_turtle  # noqa: PLC0415 (loads the engine, which the others do not need)

        return as_turtle.write(report, names)
    if form == "sarif":
        from citydiplomacy.submission import as_sarif  # noqa: PLC0415 (loads what knows the version, slowly)

        return as_sarif.write(report, names)
    if form == "junit":
        return as_junit.write(report, strict=strict)
    if form == "html":
        return as_html.write(report, texts)
    return as_text.write(report, texts)
