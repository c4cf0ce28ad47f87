"""Deltas between releases as RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html).

Statements are compared as lines of canonical N-Quads. A blank node is written with the label it has there, as
``<_:label>``, so a patch is to be applied to the data.nq of the older release.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from citydiplomacy.errors import ReleaseError
from citydiplomacy.nquads import Statement, lines_of, statements
from citydiplomacy.release.directory import Release, digest_of_lines

ROW = re.compile(r"(?P<action>[AD]) (?P<line>\S+ \S+ .* \S+ \.\n)", re.DOTALL)


@dataclass(frozen=True)
class Patch:
    """What to delete from the older release and what to add; both sorted N-Quads lines."""

    deletes: tuple[str, ...]
    adds: tuple[str, ...]


def compare(old: Iterable[str], new: Iterable[str]) -> Patch:
    """The patch that leads from one set of canonical N-Quads lines to another."""
    before, after = set(old), set(new)
    return Patch(tuple(sorted(before - after)), tuple(sorted(after - before)))


def apply(patch: Patch, lines: Iterable[str]) -> list[str]:
    """The lines after a patch, sorted.

    ReleaseError where it deletes what is not there or adds what is: then it was made for other lines.
    """
    found = set(lines)
    if not found.issuperset(patch.deletes) or not found.isdisjoint(patch.adds):
        raise ReleaseError("The patch does not fit: it was made for another release.")
    return sorted(found.difference(patch.deletes).union(patch.adds))


def verify_patch(text: str, old: Iterable[str], digest: str) -> None:
    """ReleaseError where the text of a patch, read and applied to ``old``, does not lead to canonical N-Quads of that
    SHA-256: to the data.nq of the newer release.
    """
    if digest_of_lines(apply(read_patch(text), old)) != digest:
        raise ReleaseError("The patch does not lead to the new release.")


def delta(old: Release, old_lines: Iterable[str], new: Release, new_lines: Iterable[str]) -> str:
    """The patch between two releases as text that was read and applied: it leads from the one to the other.

    ReleaseError where the lines are not those of the releases: a patch from other lines fits nobody's release.
    """
    before, after = list(old_lines), list(new_lines)
    for release, lines in ((old, before), (new, after)):
        if digest_of_lines(lines) != release.digest:
            raise ReleaseError(f"{release.data} is not what its release.json says. More: citydiplomacy verify DIR")
    text = write_patch(compare(before, after), old, new)
    verify_patch(text, before, new.digest)
    return text


def write_patch(patch: Patch, old: Release, new: Release) -> str:
    """The patch as text, with both releases named in its header."""
    rows = [
        f"H id <uuid:{_uuid(new)}> .\n",
        f"H prev <uuid:{_uuid(old)}> .\n",
        f'H from "{old.version}" .\n',
        f'H to "{new.version}" .\n',
        f'H sha256 "{new.digest}" .\n',
        "TX .\n",
        *(f"D {_written(one)}" for one in statements(patch.deletes)),
        *(f"A {_written(one)}" for one in statements(patch.adds)),
        "TC .\n",
    ]
    return "".join(rows)


def read_patch(text: str) -> Patch:
    """A patch as ``write_patch`` writes it; ReleaseError for other text."""
    rows: dict[str, list[str]] = {"A": [], "D": []}
    for number, row in enumerate(lines_of(text), 1):
        match = ROW.fullmatch(row)
        if match:
            rows[match["action"]].append("".join(_read(one).line for one in statements([match["line"]])))
        elif row not in ("TX .\n", "TC .\n") and not row.startswith("H "):
            raise ReleaseError(f"Line {number} of the patch is no row of an RDF Patch: {row.strip()[:80]}")
    return Patch(tuple(sorted(rows["D"])), tuple(sorted(rows["A"])))


def _uuid(release: Release) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, release.file_iri("data.nq"))


def _written(one: Statement) -> str:
    return Statement(*(f"<{term}>" if term.startswith("_:") else term for term in one)).line


def _read(one: Statement) -> Statement:
    return Statement(*(term[1:-1] if term.startswith("<_:") else term for term in one))
