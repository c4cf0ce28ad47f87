"""A source document by its lines: its sections, what passages use of it, what was left out and why."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from citydiplomacy.evidence import LineRange
from citydiplomacy.web.site import Site

STRIP = 1000  # units that a coverage strip is wide
NUMBERS = ("firstLine", "lastLine", "page")
THINGS = ("inSection", "omissionReason")

Ranges = Mapping[str, list[LineRange]]


@dataclass(frozen=True)
class Section:
    """A section: its lines, how deep it lies, and the passages that stand in it."""

    iri: str
    first: int
    last: int
    depth: int
    passages: tuple[str, ...]

    @property
    def fragment(self) -> str:
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True)
class Omission:
    """Lines that no passage uses, and why: the IRI of the reason ("" where none is stated)."""

    iri: str
    lines: str
    reason: str

    @property
    def fragment(self) -> str:
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True)
class Mark:
    """A piece of a coverage strip: where it begins and how long it is, in the strip's units, and what it shows."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True)
class Outline:
    """A document's sections and omissions in order, and the lines that passages use and that were left out."""

    sections: tuple[Section, ...]
    left_out: tuple[Omission, ...]
    used: tuple[LineRange, ...]
    omitted: tuple[LineRange, ...]
    page_of: dict[str, int]
    first_line_of: dict[str, int]

    @property
    def first(self) -> int:
        return min((one.first for one in self.sections), default=1)

    @property
    def last(self) -> int:
        return max((one.last for one in self.sections), default=1)

    @property
    def pages(self) -> list[int]:
        """The pages on which passages stand."""
        return sorted(set(self.page_of.values()))

    def strip(self, first: int, last: int) -> list[Mark]:
        """The coverage of some lines as a strip."""
        unit = STRIP / max(1, last - first + 1)
        marks = []
        for kind, ranges in (("omitted", self.omitted), ("used", self.used)):
            for one in ranges:
                start, end = max(one.first, first), min(one.last, last)
                if start <= end:
                    marks.append(Mark(round((start - first) * unit, 1), round((end - start + 1) * unit, 1), kind))
        return marks

    def share(self, first: int, last: int) -> float:
        """The share of some lines that passages use."""
        lines = {line for one in self.used for line in range(max(one.first, first), min(one.last, last) + 1)}
        return len(lines) / max(1, last - first + 1)

    def passages(self, section: Section | None, page: int) -> list[str]:
        """The passages of a section, else of a page, in reading order."""
        found = section.passages if section else [iri for iri, number in self.page_of.items() if number == page]
        return sorted(found, key=lambda iri: (self.first_line_of.get(iri, 0), iri))


@dataclass(frozen=True)
class Records:
    """What a document's graph says of its parts: class (short), lines, pages, and other things by property."""

    kinds: dict[str, str]
    ranges: dict[str, list[LineRange]]
    pages: dict[str, list[int]]
    section: dict[str, str]
    reason: dict[str, str]

    def of(self, kind: str) -> Ranges:
        """The lines of all parts of a kind."""
        return {iri: one for iri, one in self.ranges.items() if self.kinds[iri] == kind and one}


def read_outline(site: Site, document: str) -> Outline:
    """The outline of a document, from the records in its graph."""
    records = _records(site, document)
    return Outline(
        sections=_sections(records.of("Section"), records.section),
        left_out=_omissions(records.of("Omission"), records.reason),
        used=_runs(records.of("Passage")),
        omitted=_runs(records.of("Omission")),
        page_of={iri: min(pages) for iri, pages in records.pages.items() if pages},
        first_line_of={iri: one[0].first for iri, one in records.ranges.items() if one},
    )


def _records(site: Site, document: str) -> Records:
    term = site.names.term
    listed = " ".join(f"<{term(one)}>" for one in (*NUMBERS, *THINGS))
    rows = site.rows(
        f"SELECT ?x ?class ?p ?v WHERE {{ GRAPH <{document}> {{ ?x a ?class ; ?p ?v . VALUES ?p {{ {listed} }} }} }} "
        "ORDER BY ?x"
    )
    kinds: dict[str, str] = {}
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        iri, name = row["x"]["value"], row["p"]["value"].removeprefix(term(""))
        kinds[iri] = row["class"]["value"].removeprefix(term(""))
        said[iri][name].append(row["v"]["value"])
    return Records(
        kinds,
        ranges={iri: _ranges(one) for iri, one in said.items()},
        pages={iri: [int(page) for page in one["page"]] for iri, one in said.items()},
        section={iri: one["inSection"][0] for iri, one in said.items() if one["inSection"]},
        reason={iri: one["omissionReason"][0] for iri, one in said.items() if one["omissionReason"]},
    )


def _ranges(said: Mapping[str, list[str]]) -> list[LineRange]:
    pairs = zip(sorted(map(int, said["firstLine"])), sorted(map(int, said["lastLine"])), strict=False)
    return [LineRange(first, last) for first, last in pairs if first <= last]


def _runs(ranges: Ranges) -> tuple[LineRange, ...]:
    """The lines of all these things, runs that touch joined."""
    runs: list[LineRange] = []
    for line in sorted({line for one in ranges.values() for r in one for line in range(r.first, r.last + 1)}):
        if runs and line == runs[-1].last + 1:
            runs[-1] = LineRange(runs[-1].first, line)
        else:
            runs.append(LineRange(line, line))
    return tuple(runs)


def _sections(ranges: Ranges, section_of: Mapping[str, str]) -> tuple[Section, ...]:
    """The sections in reading order; one lies as deep as there are others around it."""
    spans = {iri: one[0] for iri, one in ranges.items()}
    inside: dict[str, list[str]] = defaultdict(list)
    for passage, section in section_of.items():
        inside[section].append(passage)
    found: list[Section] = []
    around: list[int] = []
    for iri in sorted(spans, key=lambda iri: (spans[iri].first, -spans[iri].last, iri)):
        span = spans[iri]
        around = around[: bisect_right([-last for last in around], -span.last)]
        found.append(Section(iri, span.first, span.last, len(around), tuple(inside[iri])))
        around.append(span.last)
    return tuple(found)


def _omissions(ranges: Ranges, reasons: Mapping[str, str]) -> tuple[Omission, ...]:
    """The omissions in reading order."""
    return tuple(
        Omission(iri, lines_text(ranges[iri]), reasons.get(iri, ""))
        for iri in sorted(ranges, key=lambda iri: (ranges[iri][0].first, iri))
    )


def lines_text(ranges: Iterable[LineRange]) -> str:
    """Ranges of lines as pages show them: ``998–1002, 1042``."""
    return ", ".join(str(one).replace("-", "–") for one in ranges)
