"""The parts of a release that are published on their own, beside the whole."""

from __future__ import annotations

from citydiplomacy.names import Names
from citydiplomacy.nquads import graph_of

WHOLE = "data"


def slices_of(lines: list[str], names: Names) -> dict[str, list[str]]:
    """The lines by slice, in a fixed order.

    ``data`` is everything; ``claims`` what passages say, with their records; ``documents/<name>`` that of one document;
    each graph below ``graph/`` and the canned queries are a slice of their own: they have licences of their own.
    """
    found: dict[str, list[str]] = {}
    for line in lines:
        for name in slice_names(graph_of(line), names):
            found.setdefault(name, []).append(line)
    return {name: found[name] for name in sorted(found, key=lambda name: (name != WHOLE, name))}


def slice_names(graph: str, names: Names) -> tuple[str, ...]:
    """The slices that the statements of a graph belong to."""
    if graph.startswith(names.passages):
        document = graph.removeprefix(names.passages).rpartition("/")[0]
        return (WHOLE, "claims", f"documents/{document}")
    if graph.startswith(names.sources):
        return (WHOLE, "claims", f"documents/{graph.removeprefix(names.sources)}")
    if graph.startswith(names.graphs):
        return (WHOLE, graph.removeprefix(names.graphs).replace("/", "-"))
    return (WHOLE, "queries")
