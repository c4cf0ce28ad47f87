"""Dumps: a slice in every RDF syntax, compressed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from citydiplomacy.media import GRAPHS, Format
from citydiplomacy.names import Names
from citydiplomacy.release.jsonld import compacted
from citydiplomacy.release.packing import write_packed
from citydiplomacy.store import convert


def write_dumps(folder: Path, name: str, lines: list[str], names: Names) -> None:
    """Writes ``<name>.<suffix>.gz`` and ``.zst`` for every syntax.

    N-Quads, TriG and JSON-LD keep the graphs; Turtle, N-Triples and RDF/XML hold their merge.
    """
    for chosen, data in serialisations(lines, names):
        write_packed(folder / f"{name}.{chosen.suffix}", data)


def serialisations(lines: list[str], names: Names) -> Iterator[tuple[Format, bytes]]:
    """N-Quads lines in every syntax. N-Quads and N-Triples are sorted."""
    for chosen in GRAPHS:
        if chosen.name == "nquads":
            data = "".join(lines).encode()
        elif chosen.name == "ntriples":
            data = "".join(sorted({line[: line.rindex(" <")] + " .\n" for line in lines})).encode()
        elif chosen.name == "jsonld":
            data = compacted(lines, names)
        else:
            data = convert(lines, chosen.name, names.prefixes)
        yield chosen, data
