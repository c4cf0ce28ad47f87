"""A report for the terminal: each finding with its line of the file and a caret below what is meant."""

from __future__ import annotations

from collections.abc import Iterator

from citydiplomacy.submission.catalogue import Reported
from citydiplomacy.submission.places import Lines
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.words import WORDS, summary, totals

WIDEST = 110


def write(report: Report, texts: dict[str, str]) -> str:
    """The report as text. ``texts`` are the files' texts by name: without one, its lines are not shown."""
    lines = {name: Lines(text) for name, text in texts.items()}
    parts = [line for finding in report.findings for line in _finding(report, finding, lines)]
    return "\n".join([*parts, *summary(report), totals(report)]) + "\n"


def _finding(report: Report, finding: Reported, lines: dict[str, Lines]) -> Iterator[str]:
    yield finding.text()
    source = lines[finding.file].line(finding.line) if finding.file in lines and finding.line else ""
    if source:
        yield from _excerpt(source, finding.column, finding.length)
    if finding.safe:
        yield f"    {WORDS[report.language]['fix']}: {finding.replacement}"


def _excerpt(source: str, column: int, length: int) -> Iterator[str]:
    start = max(0, column - 1 - WIDEST // 2) if len(source) > WIDEST else 0
    shown = source[start : start + WIDEST].replace("\t", " ")
    width = max(1, min(length, WIDEST - (column - 1 - start), len(shown) - (column - 1 - start)))
    yield f"    {shown}"
    yield "    " + " " * (column - 1 - start) + "^" * width
