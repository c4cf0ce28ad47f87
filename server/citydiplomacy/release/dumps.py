"""Dumps: a slice in every RDF syntax, compressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from citydiplomacy.media import GRAPHS, Format
from citydiplomacy.nquads import merged
from citydiplomacy.release.jsonld import Compactor, compacted
from citydiplomacy.release.packing import write_packed
from citydiplomacy.store import convert


def write_dumps(folder: Path, name: str, lines: list[str], compactor: Compactor) -> None:
    """Writes ``<name>.<suffix>.gz`` and ``.zst`` for every syntax.

    N-Quads, TriG and JSON-LD keep the graphs; Turtle, N-Triples and RDF/XML hold their merge.
    """
    for chosen, data in serialisations(lines, compactor):
        write_packed(folder / f"{name}.{chosen.suffix}", data)


def serialisations(lines: list[str], compactor: Compactor) -> Iterator[tuple[Format, bytes]]:
    """N-Quads lines in every syntax. N-Quads and N-Triples are sorted."""
    for chosen in GRAPHS:
        if chosen.name == "nquads":
            data = "".join(lines).encode()
        elif chosen.name == "ntriples":
            data = "".join(merged(lines)).encode()
        elif chosen.name == "jsonld":
            data = compacted(lines, compactor)
        else:
            data = convert(lines, chosen.name, compactor.names.prefixes)
        yield chosen, data
