"""Answers as tables for people: labels for IRIs, passages in a column of their own, sorted, searched, in pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from citydiplomacy.names import XSD

ROWS = 100  # on a page
NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "nonNegativeInteger")}
DATES = {XSD + name for name in ("gYear", "gYearMonth", "date", "dateTime")}


@dataclass(frozen=True)
class Cell:
    """One cell: its text, the IRI behind it where there is one, and the type and language of a literal."""

    text: str
    iri: str | None = None
    datatype: str = ""
    language: str = ""

    @property
    def key(self) -> tuple[int, float, str]:
        """What cells are sorted by: numbers by value, before texts; empty ones last."""
        if not self.text:
            return (2, 0.0, "")
        try:
            return (0, float(self.text), "")
        except ValueError:
            return (1, 0.0, self.text.casefold())


@dataclass(frozen=True)
class Row:
    """Cells, and the passages (or other graphs) that say them."""

    cells: tuple[Cell, ...]
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns by their variables' names, and rows; ``has_graphs`` where there is a column of passages."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    has_graphs: bool = False

    def column(self, name: str) -> list[Cell]:
        place = self.columns.index(name)
        return [row.cells[place] for row in self.rows]

    @cached_property
    def numeric(self) -> frozenset[str]:
        """The columns in which all that stands are numbers."""
        types = {name: {cell.datatype for cell in self.column(name) if cell.text} for name in self.columns}
        return frozenset(name for name, found in types.items() if found and found <= NUMBERS)

    def found(self, text: str) -> Table:
        """The rows in which all words of a text occur."""
        wanted = text.casefold().split()
        rows = (row for row in self.rows if _has(row, wanted))
        return replace(self, rows=tuple(rows))

    def sorted(self, by: str) -> Table:
        """The rows by a column; a name with ``-`` before it sorts downwards, an unknown one not at all."""
        name = by.removeprefix("-")
        if name not in self.columns:
            return self
        place = self.columns.index(name)
        rows = sorted(self.rows, key=lambda row: row.cells[place].key, reverse=by.startswith("-"))
        return replace(self, rows=tuple(rows))

    def page(self, number: int) -> Table:
        return replace(self, rows=self.rows[(number - 1) * ROWS : number * ROWS])

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // ROWS))


def tabulate(answer: Mapping[str, Any], graphs: tuple[str, ...], shorten: Callable[[str], str]) -> Table:
    """A table of an answer in SPARQL JSON.

    ``?xLabel`` becomes the text of ``?x``. A column of IRIs that begin as ``graphs`` do becomes the rows' passages;
    rows that differ in nothing else are one.
    """
    variables, bindings = answer["head"]["vars"], answer["results"]["bindings"]
    shown = [name for name in variables if not (name.endswith("Label") and name.removesuffix("Label") in variables)]
    said = next((name for name in shown if _are_graphs(name, bindings, graphs)), None)
    columns = tuple(name for name in shown if name != said)
    merged: dict[tuple[Cell, ...], dict[str, None]] = {}
    for binding in bindings:
        cells = tuple(_cell(name, binding, shorten) for name in columns)
        known = merged.setdefault(cells, {})
        if said in binding:
            known[binding[said]["value"]] = None
    if not columns:
        return Table(columns, tuple(Row((), (graph,)) for graph in merged.get((), {})), bool(said))
    return Table(columns, tuple(Row(cells, tuple(known)) for cells, known in merged.items()), bool(said))


def _are_graphs(name: str, bindings: list[dict[str, Any]], graphs: tuple[str, ...]) -> bool:
    values = [binding[name]["value"] for binding in bindings if name in binding]
    return bool(values) and all(value.startswith(graphs) for value in values) and name not in ("document", "source")


def _cell(name: str, binding: Mapping[str, dict[str, str]], shorten: Callable[[str], str]) -> Cell:
    value, label = binding.get(name), binding.get(f"{name}Label")
    if value is None:
        return Cell("")
    if value["type"] == "uri":
        return Cell(label["value"] if label else shorten(value["value"]), value["value"])
    datatype = value.get("datatype", "")
    iri = value["value"] if datatype == XSD + "anyURI" else None
    return Cell(value["value"], iri, datatype, value.get("xml:lang", ""))


def _has(row: Row, wanted: list[str]) -> bool:
    text = " ".join(cell.text for cell in row.cells).casefold()
    return all(word in text for word in wanted)
