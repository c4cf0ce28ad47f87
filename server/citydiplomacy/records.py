"""Passage records as they stand in TriG files: filling in page, section and digest from a copy of the source text.

A record is a block of its own, before the passage's graph, and is rewritten as a whole::

    source:paper {
      p:12 a :Passage ; :passageOf source:paper ; :inSection sec:2-1 ; :page 5 ; :firstLine 94 ; :lastLine 95 ;
        :sha256 "…" .
    }
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF

from citydiplomacy.content import Content
from citydiplomacy.evidence import LineRange, SourceText, pair_ranges

RECORD = re.compile(
    r"^(?P<document>\S+)\s*\{\s*(?P<passage>\S+)\s+a\s+(?P<prefix>[\w-]*):Passage\s*;(?P<rest>[^{}]*?)\.?\s*\}",
    re.MULTILINE,
)
SECTION_PREFIX = re.compile(r"^@prefix sec: ", re.MULTILINE)
LAST_PREFIX = re.compile(r"^(?:@prefix [^\n]*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A section of a source document and the lines it spans."""

    iri: str
    first: int
    last: int


def sections(content: Content, document: str) -> list[Section]:
    """The sections of a document, from their records in its graph; an omission has lines, too, and is no section."""
    term = content.names.term
    records = content.by_graph.get(document, [])
    typed = {str(one.subject) for one in records if one.predicate == RDF.type and str(one.object) == term("Section")}
    found: dict[str, dict[str, int]] = {iri: {} for iri in sorted(typed)}
    for quad in records:
        for name in ("firstLine", "lastLine"):
            if str(quad.subject) in found and str(quad.predicate) == term(name):
                found[str(quad.subject)][name] = int(str(quad.object))
    return [Section(iri, span["firstLine"], span["lastLine"]) for iri, span in found.items() if len(span) == 2]


def section_of(line: int, known: Iterable[Section]) -> Section | None:
    """The narrowest section that a line lies in."""
    around = [one for one in known if one.first <= line <= one.last]
    return min(around, key=lambda one: one.last - one.first) if around else None


def stamp(text: str, source: SourceText, known: list[Section], document: str) -> str:
    """A TriG file's text with every record filled in anew; records with impossible lines stay as they are."""

    def record(match: re.Match[str]) -> str:
        try:
            ranges = pair_ranges(_numbers(match["rest"], "firstLine"), _numbers(match["rest"], "lastLine"))
        except ValueError:
            return match.group()
        if ranges[-1].last > len(source):
            return match.group()
        return _record(match, ranges, source, section_of(ranges[0].first, known))

    stamped = RECORD.sub(record, text)
    if stamped != text and not SECTION_PREFIX.search(text):
        stamped = LAST_PREFIX.sub(lambda block: f"{block.group()}@prefix sec: <{document}#> .\n", stamped, count=1)
    return stamped


def stamp_file(path: Path, source: SourceText, known: list[Section], document: str) -> bool:
    """Stamps a file in place, whole or not at all; whether anything changed."""
    text = path.read_text(encoding="utf-8")
    stamped = stamp(text, source, known, document)
    if stamped == text:
        return False
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8", newline="\n") as draft:
        draft.write(stamped)
    Path(draft.name).chmod(path.stat().st_mode)
    Path(draft.name).replace(path)
    return True


def _record(match: re.Match[str], ranges: tuple[LineRange, ...], source: SourceText, section: Section | None) -> str:
    colon = match["prefix"] + ":"
    parts = [f"{colon}passageOf {match['document']}"]
    if section:
        parts.append(f"{colon}inSection sec:{section.iri.rpartition('#')[2]}")
    parts.append(f"{colon}page {source.page(ranges[0].first)}")
    parts.append(f"{colon}firstLine {' , '.join(str(one.first) for one in ranges)}")
    parts.append(f"{colon}lastLine {' , '.join(str(one.last) for one in ranges)}")
    parts.append(f'{colon}lines "{", ".join(map(str, ranges))}"')
    head = f"{match['document']} {{\n  {match['passage']} a {colon}Passage ; {' ; '.join(parts)} ;\n"
    return f'{head}    {colon}sha256 "{source.digest(ranges)}" .\n}}'


def _numbers(text: str, name: str) -> list[int]:
    found = re.search(rf":{name}\s+(\d+(?:\s*,\s*\d+)*)", text)
    return [int(number) for number in re.findall(r"\d+", found[1])] if found else []
