"""Passages: ranges of lines of a frozen source text, and the digest that ties them to it."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from citydiplomacy.errors import RepositoryError


@dataclass(frozen=True, order=True)
class LineRange:
    """Lines ``first`` to ``last``, both included, counted from 1."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def pair_ranges(firsts: list[int], lasts: list[int]) -> tuple[LineRange, ...]:
    """The ranges that a record's ``firstLine`` and ``lastLine`` values describe.

    Ranges of one passage never overlap, so sorting both lists pairs them without doubt.
    Raises ValueError where the lists do not describe disjoint, non-empty ranges.
    """
    firsts, lasts = sorted(firsts), sorted(lasts)
    if not firsts or len(firsts) != len(lasts):
        raise ValueError(f"{len(firsts)} firstLine and {len(lasts)} lastLine: each range needs one of both")
    ranges = tuple(LineRange(first, last) for first, last in zip(firsts, lasts, strict=True))
    for one in ranges:
        if one.first < 1 or one.last < one.first:
            raise ValueError(f"lines {one.first} to {one.last} are no range")
    for one, other in pairwise(ranges):
        if other.first <= one.last:
            raise ValueError(f"lines {one} and {other} overlap")
    return ranges


@dataclass(frozen=True)
class Passage:
    """A passage's record: its IRI, the document it is of, its ranges, page and SHA-256."""

    iri: str
    document: str
    ranges: tuple[LineRange, ...]
    page: int | None
    sha256: str | None
    file: str
    line: int

    @property
    def lines(self) -> str:
        """The ranges for people: ``998-1002, 1042``."""
        return ", ".join(str(one) for one in self.ranges)

    def uses(self, line: int) -> bool:
        return any(one.first <= line <= one.last for one in self.ranges)


class SourceText:
    """A reader's own copy of a source document, split into lines and pages.

    A page starts where a line starts with a space (or with a form feed); the first line starts page 1.
    """

    def __init__(self, data: bytes) -> None:
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._lines = data.split(b"\n")
        if self._lines and self._lines[-1] in (b"", b" "):
            self._lines.pop()
        starts = [number for number, line in enumerate(self._lines, 1) if line[:1] in (b" ", b"\f")]
        self._page_starts = starts if starts and starts[0] == 1 else [1, *starts]

    def __len__(self) -> int:
        return len(self._lines)

    def text(self, ranges: tuple[LineRange, ...]) -> str:
        """The lines of the ranges as text, undecodable bytes marked."""
        return self._bytes(ranges).decode("utf-8", errors="replace")

    def line(self, number: int) -> str:
        return self._lines[number - 1].decode("utf-8", errors="replace")

    def page(self, line: int) -> int:
        """The page a line stands on, counted from 1."""
        return bisect_right(self._page_starts, line)

    def digest(self, ranges: tuple[LineRange, ...]) -> str:
        """SHA-256 of the lines, each with its line feed, the ranges one after the other.

        For one range it equals ``sed -n FIRST,LASTp FILE | sha256sum``.
        """
        return hashlib.sha256(self._bytes(ranges)).hexdigest()

    def _bytes(self, ranges: tuple[LineRange, ...]) -> bytes:
        lines = (line for one in ranges for line in self._lines[one.first - 1 : one.last])
        return b"".join(line + b"\n" for line in lines)


def passage_faults(
    ranges: tuple[LineRange, ...], page: int | None, sha256: str | None, source: SourceText
) -> Iterator[str]:
    """How a passage's record differs from the source text."""
    if ranges[-1].last > len(source):
        yield f"line {ranges[-1].last} lies beyond the source's last line {len(source)}."
    elif sha256 != source.digest(ranges):
        yield f"the digest of lines {', '.join(map(str, ranges))} is {source.digest(ranges)}, not {sha256}."
    elif page != source.page(ranges[0].first):
        yield f"line {ranges[0].first} is on page {source.page(ranges[0].first)}, not {page}."


def read_source(path: Path) -> SourceText:
    """The source text in ``path``; RepositoryError where it can not be read."""
    try:
        return SourceText(path.read_bytes())
    except OSError as error:
        raise RepositoryError(f"The source text {path} can not be read: {error.strerror}.") from error
