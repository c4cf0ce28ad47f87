"""Mending: writes what findings say is right into the text of a file, leaving everything else as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from citydiplomacy.submission.catalogue import Reported
from citydiplomacy.submission.places import Lines
from citydiplomacy.submission.syntaxes import MENDED, TURTLES
from citydiplomacy.submission.turtle import Turtle

SIMPLE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def mend(text: str, syntax: str, findings: Iterable[Reported]) -> tuple[str, int]:
    """The text with all safe fixes of one file, and how many there were.

    In JSON-LD and RDF/XML a term can be written in many ways, so nothing is rewritten there: the patch is shown.
    """
    if syntax not in MENDED:
        return text, 0
    prefixes = Turtle(text).prefixes if syntax in TURTLES else {}
    lines = Lines(text)
    edits: dict[tuple[int, int], str] = {}
    for finding in findings:
        if finding.safe and finding.replacement and finding.length:
            start = lines.offset(finding.line, finding.column)
            edits.setdefault((start, start + finding.length), _written(finding.replacement, prefixes))
    end, done = len(text) + 1, 0
    for (start, stop), words in sorted(edits.items(), reverse=True):
        if stop <= end:
            text = text[:start] + words + text[stop:]
            end, done = start, done + 1
    return text, done


def patch(findings: Iterable[Reported], *, safe: bool = False) -> str:
    """All fixes as one RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html)."""
    rows = [one.fix for one in findings if one.fix and (one.safe or not safe)]
    return "\n".join(["TX .", *rows, "TC ."]) + "\n" if rows else ""


def _written(term: str, prefixes: dict[str, str]) -> str:
    """A term as people write it: with the longest prefix that fits."""
    if term[0] != "<":
        return term
    fits = [(space, prefix) for prefix, space in prefixes.items() if term[1:].startswith(space)]
    if fits:
        space, prefix = max(fits)
        local = term[1 + len(space) : -1]
        if SIMPLE.fullmatch(local):
            return f"{prefix}:{local}"
    return term
