"""Cutting a serialised answer after its last whole row, so that what is left is still a valid document.

Only for formats that are sequences of rows: the four SPARQL results formats, N-Triples and N-Quads.
"""

from __future__ import annotations

from collections.abc import Callable

from citydiplomacy.errors import BadParameter

Cut = Callable[[bytes], bytes]


def cut_for(name: str) -> Cut:
    """The function that cuts answers of a format (its name in ``media``); BadParameter where there is none."""
    if name not in CUTS:
        known = ", ".join(CUTS)
        raise BadParameter(f"An answer in {name} can not be truncated; these can: {known}.")
    return CUTS[name]


def cut_json(data: bytes) -> bytes:
    """SPARQL 1.1 JSON results up to the last row that is whole (https://www.w3.org/TR/sparql11-results-json/).

    Between two rows stands ``}},{"`` and then a variable's name. Inside a string a quote has a backslash before it, so
    there these bytes can only be a string's end, and then ``}`` or ``,`` follows.
    """
    between, end = b'}},{"', len(data)
    while (end := data.rfind(between, 0, end)) >= 0:
        following = data[end + len(between) : end + len(between) + 1]
        if following and following not in b"},":
            return data[: end + 2] + b"]}}"
    first = b'"bindings":['
    return data[: data.find(first) + len(first)] + b"]}}"


def cut_xml(data: bytes) -> bytes:
    """SPARQL XML results up to the last row that is whole (https://www.w3.org/TR/rdf-sparql-XMLres/)."""
    closing = b"</result>"
    last = data.rfind(closing)
    end = last + len(closing) if last >= 0 else data.find(b"<results>") + len(b"<results>")
    return data[:end] + b"</results></sparql>"


def cut_csv(data: bytes) -> bytes:
    """CSV up to its last line feed that stands outside a quoted value (RFC 4180, section 2)."""
    end = len(data)
    while (end := data.rfind(b"\n", 0, end)) >= 0:
        if data.count(b'"', 0, end) % 2 == 0:
            return data[: end + 1]
    return b""


def cut_lines(data: bytes) -> bytes:
    """Line-based formats up to the last line feed: they never have one inside a term."""
    return data[: data.rfind(b"\n") + 1]


CUTS: dict[str, Cut] = {
    "json": cut_json,
    "xml": cut_xml,
    "csv": cut_csv,
    "tsv": cut_lines,
    "ntriples": cut_lines,
    "nquads": cut_lines,
}
