"""Everything in a release that follows from its data alone."""

from __future__ import annotations

from pathlib import Path

from citydiplomacy.release.catalogue import catalogue_turtle
from citydiplomacy.release.directory import Release
from citydiplomacy.release.dumps import write_dumps
from citydiplomacy.release.jsonld import context_json
from citydiplomacy.release.slices import slices_of
from citydiplomacy.release.tables import write_tables
from citydiplomacy.release.void import void_turtle
from citydiplomacy.store import convert


def derive_lean(release: Release, lines: list[str], folder: Path) -> None:
    """Writes what people look at first: TriG, the merge in Turtle, and the ontology."""
    prefixes = release.names.prefixes
    ontology = slices_of(lines, release.names).get("ontology", [])
    (folder / "data.trig").write_bytes(convert(lines, "trig", prefixes))
    (folder / "data.ttl").write_bytes(convert(lines, "turtle", prefixes))
    (folder / "ontology.ttl").write_bytes(convert(ontology, "turtle", prefixes))
    (folder / "context.jsonld").write_bytes(context_json(lines, release.names))


def derive(release: Release, lines: list[str], folder: Path) -> None:
    """Writes all of it: dumps and slices in every syntax, tables, VoID, and last the catalogue of what is there.

    ``folder`` may be another than the release's own, to compare. The catalogue lists the files that ``folder`` has.
    """
    derive_lean(release, lines, folder)
    for name, part in slices_of(lines, release.names).items():
        write_dumps(folder, name, part, release.names)
    write_tables(folder, lines, release.names)
    (folder / "void.ttl").write_bytes(void_turtle(release, lines))
    (folder / "catalog.ttl").write_bytes(catalogue_turtle(release, lines, folder))
