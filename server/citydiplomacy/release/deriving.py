"""Everything in a release that follows from its data alone."""

from __future__ import annotations

from pathlib import Path

from citydiplomacy.release.catalogue import catalogue_turtle
from citydiplomacy.release.dumps import write_dumps
from citydiplomacy.release.jsonld import context_json
from citydiplomacy.release.material import Material
from citydiplomacy.release.tables import write_tables
from citydiplomacy.release.void import void_turtle
from citydiplomacy.store import convert


def derive_lean(material: Material, folder: Path) -> None:
    """Writes what people look at first: TriG, the merge in Turtle, and the ontology."""
    prefixes = material.release.names.prefixes
    (folder / "data.trig").write_bytes(convert(material.lines, "trig", prefixes))
    (folder / "data.ttl").write_bytes(convert(material.lines, "turtle", prefixes))
    (folder / "ontology.ttl").write_bytes(convert(material.slices.get("ontology", []), "turtle", prefixes))
    (folder / "context.jsonld").write_bytes(context_json(material.compactor))


def derive(material: Material, folder: Path) -> None:
    """Writes all of it: dumps and slices in every syntax, tables, VoID, and last the catalogue of what is there.

    ``folder`` may be another than the release's own, to compare. The catalogue lists the files that ``folder`` has.
    """
    derive_lean(material, folder)
    for name, part in material.slices.items():
        write_dumps(folder, name, part, material.compactor)
    write_tables(folder, material.lines, material.release.names)
    (folder / "void.ttl").write_bytes(void_turtle(material))
    (folder / "catalog.ttl").write_bytes(catalogue_turtle(material, folder))
