"""What was sent, with what was found beside the lines it was found in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from citydiplomacy.submission.catalogue import Reported
from citydiplomacy.submission.places import Lines
from citydiplomacy.submission.syntaxes import LINE_TEXT, TURTLES

AROUND = 2  # lines that are shown before and after one with a finding
LONG = 200  # characters of a line that are shown before and after what is meant


@dataclass(frozen=True)
class Line:
    """A line with what was found in it; its text in pieces, each with whether it is meant by a finding."""

    number: int
    pieces: tuple[tuple[str, bool], ...]
    findings: tuple[Reported, ...]


@dataclass(frozen=True)
class Listing:
    """One file: its name, its text, the findings without a line, and runs of lines with and around the others.

    ``mendable`` says whether its syntax is one that fixes are written into.
    """

    name: str
    text: str
    mendable: bool
    loose: tuple[Reported, ...]
    runs: tuple[tuple[Line, ...], ...]

    def can_mend(self, finding: Reported) -> bool:
        """Whether what is right can be written in the finding's place."""
        return self.mendable and bool(finding.replacement and finding.length)


def list_file(name: str, text: str, syntax: str, findings: Iterable[Reported]) -> Listing:
    """The listing of a file with those of the findings that are in it."""
    by_line: dict[int, list[Reported]] = {}
    for one in findings:
        if one.file == name:
            by_line.setdefault(one.line, []).append(one)
    lines = Lines(text)
    loose = tuple(by_line.pop(0, ()))
    runs = tuple(
        tuple(
            Line(number, tuple(_pieces(lines.line(number), found)), found)
            for number in run
            for found in [tuple(by_line.get(number, ()))]
        )
        for run in _runs(sorted(by_line), text.count("\n") + 1)
    )
    return Listing(name, text, syntax in (*TURTLES, *LINE_TEXT), loose, runs)


def key(finding: Reported) -> str:
    """What tells a finding from all others of the same data."""
    return f"{finding.code} {finding.line} {finding.column} {finding.replacement} {finding.file}"


def _runs(numbers: list[int], last: int) -> Iterator[range]:
    """The lines with findings and those around them, runs that touch joined."""
    start = end = 0
    for number in numbers:
        if number - AROUND > end + 1 or not end:
            if end:
                yield range(start, end + 1)
            start = max(1, number - AROUND)
        end = min(last, number + AROUND)
    if end:
        yield range(start, end + 1)


def _pieces(line: str, findings: tuple[Reported, ...]) -> Iterator[tuple[str, bool]]:
    """A line cut where what is meant begins and ends; of a long one the part around it."""
    spans = sorted((one.column - 1, one.column - 1 + max(one.length, 1)) for one in findings if one.column)
    low = max(0, spans[0][0] - LONG) if spans else 0
    high = min(len(line), spans[-1][1] + LONG) if spans else min(len(line), 2 * LONG)
    if low:
        yield "… ", False
    done = low
    for start, end in spans:
        if start >= done:
            yield line[done:start], False
            yield line[start : min(end, high)], True
            done = min(end, high)
    yield line[done:high], False
    if high < len(line):
        yield " …", False
