"""Where the nodes of a network stand in its picture: worked out by forces, the same every time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

ROUNDS = 90
WIDTH, HEIGHT = 960.0, 640.0
Edge = tuple[str, str]
Point = tuple[float, float]


@lru_cache(256)
def layout(edges: tuple[Edge, ...]) -> dict[str, Point]:
    """Where each node stands: pulled together along edges, pushed apart otherwise (Fruchterman, Reingold 1991)."""
    nodes = sorted({iri for edge in edges for iri in edge})
    place = {iri: number for number, iri in enumerate(nodes)}
    pairs = [(place[one], place[other]) for one, other in edges]
    points = [_spiral(number) for number in range(len(nodes))]
    ideal = 0.9 / math.sqrt(len(nodes) or 1)
    for step in range(ROUNDS):
        heat = 0.12 * (1 - step / ROUNDS) + 0.002
        points = [
            (x + dx * min(1, heat / size), y + dy * min(1, heat / size))
            for (x, y), (dx, dy) in zip(points, _forces(points, pairs, ideal), strict=True)
            if (size := math.hypot(dx, dy) or 1e-9)
        ]
    return dict(zip(nodes, _fitted(points), strict=True))


def _forces(points: list[Point], pairs: list[tuple[int, int]], ideal: float) -> list[list[float]]:
    forces = [[-0.35 * x, -0.6 * y] for x, y in points]  # gently to the middle, so that parts do not drift away
    square = ideal * ideal
    for i, (x, y) in enumerate(points):
        for j in range(i):
            dx, dy = x - points[j][0], y - points[j][1]
            push = square / (dx * dx + dy * dy + 1e-6)
            forces[i][0] += dx * push
            forces[i][1] += dy * push
            forces[j][0] -= dx * push
            forces[j][1] -= dy * push
    for i, j in pairs:
        dx, dy = points[i][0] - points[j][0], points[i][1] - points[j][1]
        pull = math.hypot(dx, dy) / ideal
        for end, sign in ((i, -1), (j, 1)):
            forces[end][0] += sign * dx * pull
            forces[end][1] += sign * dy * pull
    return forces


def _spiral(number: int) -> Point:
    """Start places that are spread evenly and the same every time."""
    return 0.1 * math.sqrt(number) * math.cos(2.4 * number), 0.1 * math.sqrt(number) * math.sin(2.4 * number)


def _fitted(points: list[Point]) -> Iterator[Point]:
    """The points stretched to the picture, with room for names at its right."""
    xs, ys = [x for x, _ in points] or [0], [y for _, y in points] or [0]
    across, along = (max(xs) - min(xs)) or 1, (max(ys) - min(ys)) or 1
    for x, y in points:
        yield 20 + (x - min(xs)) / across * (WIDTH - 200), 20 + (y - min(ys)) / along * (HEIGHT - 40)
