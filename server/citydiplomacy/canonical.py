"""Canonical N-Quads (RDFC-1.0, https://www.w3.org/TR/rdf-canon/): the same statements, the same lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from citydiplomacy.store import RDF_FORMATS, parsed


def canonical_lines(files: Iterable[tuple[Path, str | None]], more: Iterable[str] = ()) -> list[str]:
    """The canonical N-Quads of Turtle and TriG files and of more N-Quads lines: sorted lines, none twice.

    Each file comes with the graph for its statements that stand in none; its blank nodes are its own, whatever their
    labels. SyntaxError where a file does not parse.
    """
    parts = [_quads_of(path, graph) for path, graph in files]
    return _canonical(chain(*parts, parsed(more)))


def canonical_triples(data: bytes) -> list[str]:
    """Canonical N-Triples of N-Triples: sorted lines, none twice. SyntaxError where they do not parse."""
    return _canonical(ox.parse(input=data, format=ox.RdfFormat.N_TRIPLES))


def _canonical(quads: Iterable[ox.Quad]) -> list[str]:
    """Sorted lines, none twice. RDFC-1.0 looks only at the statements with blank nodes: only they go through it."""
    lines, dataset = set[str](), ox.Dataset()
    for quad in quads:
        if any(isinstance(term, ox.BlankNode | ox.Triple) for term in quad):
            dataset.add(quad)
        else:
            lines.add(f"{quad} .\n")
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines.update(f"{quad} .\n" for quad in dataset)
    return sorted(lines)


def _quads_of(path: Path, graph: str | None) -> Iterator[ox.Quad]:
    for quad in ox.parse(path=str(path), format=RDF_FORMATS["trig"], rename_blank_nodes=True):
        if graph and isinstance(quad.graph_name, ox.DefaultGraph):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))
        else:
            yield quad
