"""Pictures of an answer, as figures for SVG: map, network, timeline and bars, wherever its columns allow them.

They are worked out here, so that a page needs no script to show them; templates/pictures.html draws them.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache

from citydiplomacy.web.captions import Caption, Mark, captions
from citydiplomacy.web.layout import HEIGHT, WIDTH, Edge, layout
from citydiplomacy.web.tables import DATES, Cell, Table

YEAR = re.compile(r"(?P<year>[12]\d{3})(?:-\d\d(?:-\d\d)?)?")
NODES, BARS, LISTED = 120, 40, 12
AXIS = 60  # years up to which empty ones are shown
DOT, MAP_HEIGHT = 5.0, 468.0
VIEWS = ("table", "map", "network", "timeline", "chart")


@dataclass(frozen=True)
class Dot:
    """A place on the map: ``x`` and ``y`` in the picture's units, 960 wide; its name where there is room for it."""

    cell: Cell
    x: float
    y: float
    caption: Caption | None = None


@dataclass(frozen=True)
class Bar:
    """A value and how often it occurs; ``share`` of the most frequent one."""

    cell: Cell
    count: int
    share: float


@dataclass(frozen=True)
class Year:
    """A year, how much belongs to it, its bar's height from 0 to 1, and the first few things."""

    year: int
    count: int
    share: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Node:
    """A thing in a network, where it stands, how many edges end at it, and its name where there is room for it."""

    cell: Cell
    x: float
    y: float
    degree: int
    caption: Caption | None = None

    @property
    def radius(self) -> float:
        return min(4 + self.degree, 14)


@dataclass(frozen=True)
class Network:
    """Nodes and the lines between them; ``cut`` where there were more than are shown."""

    nodes: tuple[Node, ...]
    lines: tuple[tuple[Node, Node], ...]
    cut: bool


def views(table: Table) -> list[str]:
    """The ways an answer can be shown, the table first."""
    fits = True, _coordinates(table), _links(table), _when(table), counted(table)
    return [view for view, fit in zip(VIEWS, fits, strict=True) if fit]


def dots(table: Table) -> tuple[list[Dot], int]:
    """Each thing with coordinates once, in the Equal Earth projection; and how many rows have none."""
    names = _coordinates(table)
    if not names:
        return [], 0
    what = next((name for name in table.columns if name not in names), names[0])
    found: dict[Cell, Dot] = {}
    missing = set()
    for cell, latitude, longitude in zip(table.column(what), *(table.column(one) for one in names), strict=True):
        try:
            x, y = project(float(longitude.text), float(latitude.text))
        except ValueError:
            missing.add(cell)
            continue
        found.setdefault(cell, Dot(cell, x, y))
    marks = tuple(Mark(one.x, one.y, DOT, one.cell.text) for one in found.values())
    named = zip(found.values(), captions(marks, WIDTH, MAP_HEIGHT), strict=True)
    return [replace(dot, caption=caption) for dot, caption in named], len(missing)


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Equal Earth (Šavrič, Patterson, Jenny 2018), scaled to 960 units of width, the origin at the top left."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    t2 = theta * theta
    t6 = t2**3
    x = (
        math.radians(longitude)
        * math.cos(theta)
        / (math.sqrt(3) / 2 * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)))
    )
    y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))
    scale = 960 / (2 * 2.7066)
    return round(480 + x * scale, 1), round(234 - y * scale, 1)


@lru_cache(1)
def globe() -> str:
    """The outline of the whole earth in that projection, as an SVG path."""
    east = [project(180, latitude) for latitude in range(90, -91, -5)]
    west = [project(-180, latitude) for latitude in range(-90, 91, 5)]
    return "M" + "L".join(f"{x} {y}" for x, y in east + west) + "Z"


def counted(table: Table) -> list[str]:
    """The columns whose values can be counted: those with values that recur."""
    return [
        name
        for name in table.columns
        if name not in table.numeric and 1 < len({cell for cell in table.column(name) if cell.text}) < len(table.rows)
    ]


def bars(table: Table, name: str) -> list[Bar]:
    """How often each value stands in a column, the most frequent first."""
    counts = Counter(cell for cell in table.column(name) if cell.text)
    most = max(counts.values(), default=1)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].key))
    return [Bar(cell, count, round(count / most, 4)) for cell, count in ordered[:BARS]]


def years(table: Table, wanted: range | None = None) -> list[Year]:
    """What belongs to each year of ``wanted``, else from the first to the last that is named, empty ones included."""
    when = _when(table)
    if not when:
        return []
    what = next((name for name in table.columns if name != when and name not in table.numeric), when)
    by_year: dict[int, dict[Cell, None]] = defaultdict(dict)
    for moment, cell in zip(table.column(when), table.column(what), strict=True):
        match = YEAR.fullmatch(moment.text)
        if match and (wanted is None or int(match["year"]) in wanted):
            by_year[int(match["year"])][cell] = None
    if not by_year:
        return []
    most = max(map(len, by_year.values()))
    span = wanted or range(min(by_year), max(by_year) + 1)
    shown = [one for one in span if one in by_year or len(span) <= AXIS]
    return [Year(one, len(by_year[one]), len(by_year[one]) / most, tuple(by_year[one])[:LISTED]) for one in shown]


def network(table: Table) -> Network:
    """The things of the first two columns of things, joined where they stand in one row."""
    names = _links(table)
    if names is None:
        return Network((), (), cut=False)
    cells: dict[str, Cell] = {}
    edges: dict[Edge, None] = {}
    for one, other in zip(table.column(names[0]), table.column(names[1]), strict=True):
        if one.iri and other.iri and one.iri != other.iri:
            cells.setdefault(one.iri, one)
            cells.setdefault(other.iri, other)
            edges[one.iri, other.iri] = None
    degrees = Counter(iri for edge in edges for iri in edge)
    kept = {iri for iri, _ in sorted(degrees.items(), key=lambda pair: (-pair[1], pair[0]))[:NODES]}
    inner = tuple(edge for edge in edges if edge[0] in kept and edge[1] in kept)
    nodes = [Node(cells[iri], round(x, 1), round(y, 1), degrees[iri]) for iri, (x, y) in layout(inner).items()]
    nodes.sort(key=lambda node: (-node.degree, node.cell.key))
    marks = tuple(Mark(one.x, one.y, one.radius, one.cell.text) for one in nodes)
    named = zip(nodes, captions(marks, WIDTH, HEIGHT), strict=True)
    placed = {str(node.cell.iri): replace(node, caption=caption) for node, caption in named}
    lines = tuple((placed[one], placed[other]) for one, other in inner)
    return Network(tuple(placed.values()), lines, cut=len(kept) < len(degrees))


def _coordinates(table: Table) -> tuple[str, str] | None:
    for names in (("latitude", "longitude"), ("lat", "long")):
        if all(name in table.columns for name in names) and table.rows:
            return names
    return None


def _links(table: Table) -> tuple[str, str] | None:
    """The first two columns in which things stand that are linked to."""
    linked = [
        name for name in table.columns if sum(bool(cell.iri) for cell in table.column(name)) > len(table.rows) / 3
    ]
    return (linked[0], linked[1]) if len(linked) > 1 else None


def _when(table: Table) -> str | None:
    for name in table.columns:
        filled = [cell for cell in table.column(name) if cell.text]
        dated = sum(cell.datatype in DATES and bool(YEAR.fullmatch(cell.text)) for cell in filled)
        if filled and dated > len(filled) / 2:
            return name
    return None
