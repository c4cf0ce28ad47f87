"""Drawings of the ontology's modules: a box for each class with its relations, an arrow to the wider class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from citydiplomacy.names import RDFS
from citydiplomacy.web.terms import Term

WIDTH, LINE, HEAD, GAP_X, GAP_Y, ACROSS = 230, 17, 26, 26, 44, 4
LONGEST = 33


@dataclass(frozen=True)
class Box:
    """A class as it is drawn: where, and the lines below its name."""

    term: Term
    x: int
    y: int
    lines: tuple[str, ...]

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.lines) + (8 if self.lines else 0)


def module_diagram(name: str, terms: list[Term], everything: Iterable[Term], language: str) -> Markup:
    """The SVG of a module; nothing for one without classes."""
    classes = [term for term in terms if term.kind == "Class"]
    if not classes:
        return Markup("")
    boxes = _layout(classes, [term for term in everything if term.kind == "ObjectProperty"])
    places = {box.term.iri: box for box in boxes}
    width = max(box.x + WIDTH for box in boxes) + GAP_X
    height = max(box.y + box.height for box in boxes) + GAP_X
    title = f"Klassen des Moduls {name}" if language == "de" else f"Classes of module {name}"
    arrows = [_arrow(box, places[wide]) for box in boxes for wide in _wider(box.term) if wide in places]
    parts = [*arrows, *(_box(box) for box in boxes)]
    return Markup(  # noqa: S704 (every text in it is escaped below)
        f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="group" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>'
        '<defs><marker id="wider" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        'orient="auto-start-reverse"><path d="M0 0 10 5 0 10Z" fill="none" stroke="currentColor"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _layout(classes: list[Term], properties: list[Term]) -> list[Box]:
    """Rows by how deep a class lies below those of its module, at most ``ACROSS`` boxes side by side."""
    here = {term.iri: term for term in classes}

    def depth(term: Term, seen: frozenset[str] = frozenset()) -> int:
        above = [here[iri] for iri in _wider(term) if iri in here and iri not in seen]
        return 1 + max((depth(one, seen | {term.iri}) for one in above), default=-1)

    rows: dict[int, list[Term]] = {}
    for term in classes:
        rows.setdefault(depth(term), []).append(term)
    boxes: list[Box] = []
    y = GAP_X
    for level in sorted(rows):
        for start in range(0, len(rows[level]), ACROSS):
            row = [
                Box(term, GAP_X + index * (WIDTH + GAP_X), y, tuple(_lines(term, properties)))
                for index, term in enumerate(rows[level][start : start + ACROSS])
            ]
            boxes += row
            y += max(box.height for box in row) + GAP_Y
    return boxes


def _lines(term: Term, properties: list[Term]) -> list[str]:
    lines = []
    for prop in properties:
        if term.iri in prop.links.get(RDFS + "domain", []):
            targets = ", ".join(one.partition("#")[2] or one for one in prop.links.get(RDFS + "range", []))
            text = f"{prop.name} → {targets}" if targets else prop.name
            lines.append(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
    return lines


def _wider(term: Term) -> list[str]:
    return term.links.get(RDFS + "subClassOf", [])


def _box(box: Box) -> str:
    lines = "".join(
        f'<text x="{box.x + 10}" y="{box.y + HEAD + LINE * (index + 1) - 3}">{escape(text)}</text>'
        for index, text in enumerate(box.lines)
    )
    name = escape(box.term.name)
    rule = f'<path class="b" d="M{box.x} {box.y + HEAD}h{WIDTH}"/>' if box.lines else ""
    return (
        f'<a href="#{name}"><rect class="b" x="{box.x}" y="{box.y}" width="{WIDTH}" height="{box.height}" rx="5"/>'
        f'<text class="n" x="{box.x + 10}" y="{box.y + 18}">{name}</text>'
        f"</a>{rule}{lines}"
    )


def _arrow(box: Box, wide: Box) -> str:
    x1, y1 = box.x + WIDTH // 2, box.y
    x2, y2 = wide.x + WIDTH // 2, wide.y + wide.height
    middle = (y1 + y2) // 2
    return f'<path class="a" marker-end="url(#wider)" d="M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}"/>'
