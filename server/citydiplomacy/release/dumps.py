"""Dumps: a slice in every RDF syntax, compressed."""

from __future__ import annotations

from pathlib import Path

from citydiplomacy.media import GRAPHS, Format
from citydiplomacy.nquads import encoded, merged
from citydiplomacy.release.jsonld import Compactor, compacted
from citydiplomacy.release.packing import write_packed
from citydiplomacy.store import convert


def write_dumps(folder: Path, name: str, lines: list[str], compactor: Compactor) -> None:
    """Writes ``<name>.<suffix>.gz`` and ``.zst`` for every syntax.

    N-Quads, TriG and JSON-LD keep the graphs; Turtle, N-Triples and RDF/XML hold their merge. What stands there
    uncompressed already is not made again.
    """
    for chosen in GRAPHS:
        target = folder / f"{name}.{chosen.suffix}"
        write_packed(target, target.read_bytes() if target.is_file() else serialised(lines, chosen, compactor))


def serialised(lines: list[str], chosen: Format, compactor: Compactor) -> bytes:
    """N-Quads lines in a syntax. N-Quads and N-Triples are sorted."""
    if chosen.name == "nquads":
        return encoded(lines)
    if chosen.name == "ntriples":
        return encoded(merged(lines))
    if chosen.name == "jsonld":
        return compacted(lines, compactor)
    return convert(lines, chosen.name, compactor.names.prefixes)
