"""Query answers as a table for terminals."""

from __future__ import annotations

from typing import Any

from citydiplomacy.names import Names

WIDEST = 60


def table(answer: dict[str, Any], names: Names | None = None) -> str:
    """A SPARQL JSON answer as aligned columns; IRIs shortened where ``names`` has a prefix for them."""
    if "boolean" in answer:
        return "yes" if answer["boolean"] else "no"
    columns = answer["head"]["vars"]
    rows = [[_text(binding.get(name), names) for name in columns] for binding in answer["results"]["bindings"]]
    widths = [min(WIDEST, max(len(cell) for cell in column)) for column in zip(columns, *rows, strict=True)]
    lines = [_line(columns, widths), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths) for row in rows]
    return "\n".join([*lines, f"({len(rows)} {'row' if len(rows) == 1 else 'rows'})"])


def _line(cells: list[str], widths: list[int]) -> str:
    shown = (cell if len(cell) <= width else cell[: width - 1] + "…" for cell, width in zip(cells, widths, strict=True))
    return "  ".join(cell.ljust(width) for cell, width in zip(shown, widths, strict=True)).rstrip()


def _text(value: dict[str, str] | None, names: Names | None) -> str:
    if value is None:
        return ""
    text = value["value"].replace("\n", " ")
    return names.shorten(text).strip("<>") if names and value["type"] == "uri" else text
