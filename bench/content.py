"""A synthetic repository of any size: our ontology, shapes and queries, and the data of ``generator`` as files.

What the generator leaves out because no question asks for it is added here, so that the content meets the shapes: a
verdict on content with a finding in every passage would measure the findings.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from generator import BASE, EDITORIAL, INFERRED, LABEL, RDF_TYPE, THEMES, WORLD, Block, term, thing, typed

OURS = Path(__file__).resolve().parents[1]
FOLDERS = ("ontology", "shapes", "queries")
QUADS_A_BLOCK = 2000  # measured: what a document comes to in a release, with what follows from it
FIXED = 8000  # what ontology and queries come to
PLACE = re.compile(rf"<{BASE}id/city-(\d+)>")
LICENCE, ORIGIN = "<http://purl.org/dc/terms/license>", "<http://www.w3.org/ns/prov#wasDerivedFrom>"

DEFINITION = "<http://www.w3.org/2004/02/skos/core#definition>"

Quad = tuple[str, str, str, str]


def write_root(root: Path, size: float, seed: int) -> None:
    """Writes a repository whose release has about ``size`` statements into a new folder: a file each document."""
    for folder in FOLDERS:
        shutil.copytree(OURS / folder, root / folder)
    blocks = max(1, round((size - FIXED) / QUADS_A_BLOCK))
    (root / "data").mkdir()
    (root / "data" / "editorial.trig").write_text(trig(editorial(blocks)), encoding="utf-8")
    for number in range(blocks):
        target = root / "data" / "claims" / f"synthetic-{number}" / "claims.trig"
        target.parent.mkdir(parents=True)
        target.write_text(trig(document(Block(seed, number, blocks))), encoding="utf-8")


def trig(quads: Iterator[Quad]) -> str:
    """Statements as TriG."""
    parts = []
    for graph, those in groupby(quads, key=lambda quad: quad[3]):
        parts += [f"{graph} {{\n", *(f"  {s} {p} {o} .\n" for s, p, o, _ in those), "}\n"]
    return "".join(parts)


def editorial(blocks: int) -> Iterator[Quad]:
    """Where the graph is from, and the things that no document names."""
    yield EDITORIAL, LICENCE, "<https://creativecommons.org/publicdomain/zero/1.0/>", EDITORIAL
    yield EDITORIAL, ORIGIN, "<https://example.org/generator>", EDITORIAL
    yield from _named(thing("series", 0), "ForumSeries", "series")
    yield from _named(thing("role", "observer"), "Role", "observer")
    for theme in THEMES:
        yield from _named(thing("theme", theme), "Theme", theme)
    for number in range(blocks, WORLD):
        yield from _named(thing("body", number), "InternationalOrganisation", f"body {number}")


def document(block: Block) -> Iterator[Quad]:
    """A block's statements without what follows from them (to find that is the build's work), and what it lacks."""
    for subject, predicate, value, graph in block.quads():
        if graph == INFERRED:
            continue
        if predicate == term("heldIn"):
            place = PLACE.sub(rf"<{BASE}id/place-\1>", value)
            yield subject, predicate, place, f"<{BASE}passage/synthetic-{block.number}/0>"
            yield from _named(place, "Place", "place")
            continue
        yield subject, predicate, value, graph
        if (predicate, value) in ((RDF_TYPE, term("SourceDocument")), (RDF_TYPE, term("Section"))):
            yield subject, term("firstLine"), typed(1, "integer"), graph
            yield subject, term("lastLine"), typed(205, "integer"), graph
        elif (predicate, value) == (RDF_TYPE, term("ForumMeeting")):
            yield subject, term("meetingOf"), thing("series", 0), graph
        elif predicate == term("lastLine"):
            first, last = int(subject.rpartition("/")[2][:-1]) * 5 + 1, int(value.split('"')[1])
            yield subject, term("lines"), f'"{first}-{last}"' if last > first else f'"{first}"', graph


def _named(iri: str, kind: str, name: str) -> Iterator[Quad]:
    yield iri, RDF_TYPE, term(kind), EDITORIAL
    yield iri, LABEL, f'"{name}"@en', EDITORIAL
    yield iri, LABEL, f'"{name}"@de', EDITORIAL
    if kind in ("Role", "Theme"):
        yield iri, DEFINITION, f'"What is called {name}."@en', EDITORIAL
        yield iri, DEFINITION, f'"Was {name} heißt."@de', EDITORIAL
