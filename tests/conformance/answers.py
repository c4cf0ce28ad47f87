"""Answers to queries, and whether two are the same: multisets of solutions up to the names of blank nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rdflib import Graph
from rdflib.compare import isomorphic

XSD = "http://www.w3.org/2001/XMLSchema#"
WHOLE = (
    "integer nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong unsignedInt "
    "unsignedShort unsignedByte positiveInteger decimal"
)
EXACT = {XSD + name for name in WHOLE.split()}
BINARY = {XSD + "double", XSD + "float"}


@dataclass(frozen=True)
class Term:
    """An RDF term; ``extra`` is a literal's datatype or, with an @ before it, its language."""

    kind: str  # iri, bnode, literal
    value: str
    extra: str = ""


Row = tuple[Term | None, ...]  # in the order of the sorted variables


@dataclass(frozen=True)
class Solutions:
    variables: tuple[str, ...]  # sorted
    rows: tuple[Row, ...]
    ordered: bool = False


Answer = bool | Solutions | Graph


def solutions(rows: list[dict[str, Term]], variables: list[str], *, ordered: bool = False) -> Solutions:
    names = tuple(sorted(variables))
    return Solutions(names, tuple(tuple(row.get(name) for name in names) for row in rows), ordered)


def same(expected: Answer, got: Answer, *, lax: bool = False) -> bool:
    """Whether an answer is the expected one. ``lax``: duplicates may be left out (REDUCED)."""
    if isinstance(expected, Graph) and isinstance(got, Graph):
        return isomorphic(expected, got)
    if not (isinstance(expected, Solutions) and isinstance(got, Solutions)):
        return type(expected) is type(got) and expected == got
    if expected.variables != got.variables:
        return False
    wanted, found = [canonical(row) for row in expected.rows], [canonical(row) for row in got.rows]
    if lax:
        return set(wanted) == set(found) and not Counter(found) - Counter(wanted)
    return _same_rows(wanted, found, ordered=expected.ordered)


def _same_rows(wanted: list[Row], found: list[Row], *, ordered: bool) -> bool:
    if len(wanted) != len(found):
        return False
    if ordered:
        return _match(wanted, found, {}, ordered=True)
    ground = [Counter(row for row in rows if _is_ground(row)) for rows in (wanted, found)]
    blank = [[row for row in rows if not _is_ground(row)] for rows in (wanted, found)]
    return ground[0] == ground[1] and _match(blank[0], blank[1], {}, ordered=False)


def lossy(answer: Solutions) -> Solutions:
    """What CSV keeps of solutions (https://www.w3.org/TR/sparql11-results-csv-tsv/#csv-terms)."""
    rows = tuple(tuple(_flat(term) for term in row) for row in answer.rows)
    return Solutions(answer.variables, rows, answer.ordered)


def canonical(row: Row) -> Row:
    """A row with its numbers and booleans in one form of those that mean the same: 1.0 and 1.00."""
    return tuple(_canonical(term) if term else None for term in row)


def _canonical(term: Term) -> Term:
    if term.extra.startswith("@"):
        return Term(term.kind, term.value, term.extra.lower())
    try:
        if term.extra in EXACT:
            return Term(term.kind, str(Decimal(term.value).normalize()), term.extra)
        if term.extra in BINARY:
            return Term(term.kind, repr(float(term.value)), term.extra)
    except (ValueError, InvalidOperation):
        return term
    truth = {"1": "true", "0": "false"} if term.extra == XSD + "boolean" else {}
    return Term(term.kind, truth.get(term.value, term.value), term.extra)


def _flat(term: Term | None) -> Term | None:
    if term is None or (term.kind == "literal" and not term.value):
        return None
    return term if term.kind == "bnode" else Term("text", term.value)


def _is_ground(row: Row) -> bool:
    return not any(term and term.kind == "bnode" for term in row)


def _match(wanted: list[Row], found: list[Row], names: dict[str, str], *, ordered: bool) -> bool:
    """Whether the rows are the same once blank nodes are renamed, each to one other."""
    if not wanted:
        return True
    for index, candidate in enumerate(found[:1] if ordered else found):
        renamed = _rename(wanted[0], candidate, names)
        if renamed is not None:
            rest = found[:index] + found[index + 1 :]
            if _match(wanted[1:], rest, renamed, ordered=ordered):
                return True
    return False


def _rename(row: Row, candidate: Row, names: dict[str, str]) -> dict[str, str] | None:
    """The names of blank nodes with which one row becomes another; None where there are none."""
    names = dict(names)
    for one, other in zip(row, candidate, strict=True):
        if one and other and one.kind == other.kind == "bnode":
            if one.value not in names and other.value in names.values():
                return None
            if names.setdefault(one.value, other.value) != other.value:
                return None
        elif one != other:
            return None
    return names
