"""Names beside the marks of a picture, placed so that none covers another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

CHARACTER, LINE, GAP = 6.4, 13.0, 3.0  # of the pictures' letters, in the pictures' units
START, END = 19, 14  # characters that are left of a long name

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """A round mark and what it is called."""

    x: float
    y: float
    radius: float
    text: str


@dataclass(frozen=True)
class Caption:
    """A name: the point that it starts at, ends at or stands around (SVG's ``text-anchor``), on its base line."""

    x: float
    y: float
    anchor: str
    text: str


@lru_cache(64)
def captions(marks: tuple[Mark, ...], width: float, height: float) -> tuple[Caption | None, ...]:
    """The captions of marks, the first placed first; None for those that find no free place in the picture."""
    taken = [(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius) for one in marks]
    found: list[Caption | None] = []
    for mark in marks:
        for caption, box in _places(mark):
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found.append(caption)
                break
        else:
            found.append(None)
    return tuple(found)


def _places(mark: Mark) -> Iterator[tuple[Caption, Box]]:
    """Right of a mark, left of it, above and below, each with the room that it takes."""
    long = len(mark.text) > START + 1 + END
    text = f"{mark.text[:START].rstrip()}…{mark.text[-END:].lstrip()}" if long else mark.text
    wide, away = CHARACTER * len(text), mark.radius + GAP
    for anchor, x, y, left in (
        ("start", mark.x + away, mark.y, mark.x + away),
        ("end", mark.x - away, mark.y, mark.x - away - wide),
        ("middle", mark.x, mark.y - away - LINE / 2, mark.x - wide / 2),
        ("middle", mark.x, mark.y + away + LINE / 2, mark.x - wide / 2),
    ):
        box = (left, y - LINE / 2, left + wide, y + LINE / 2)
        yield Caption(round(x, 1), round(y + LINE / 3, 1), anchor, text), box


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
