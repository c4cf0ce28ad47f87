"""Why a query answers nothing: the first of its patterns that leaves no solution, and the names nothing is known of.

The outermost group is taken apart into its elements (SPARQL 1.1, rule GroupGraphPatternSub), and these are asked one
after the other, each with all before it, until ASK says no. FILTERs come last, since they hold for the whole group.
They are asked of the graphs that the query's FROM clauses name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from citydiplomacy.errors import BadQuery, CityDiplomacyError, ReadOnly
from citydiplomacy.findings import closest
from citydiplomacy.names import Names
from citydiplomacy.sparql import NO_UPDATES, from_clauses, is_update
from citydiplomacy.tokens import Token, after_prologue, closing, pattern, position

Ask = Callable[[str], bool]
BLOCKS = {"OPTIONAL", "GRAPH", "MINUS", "FILTER", "BIND", "VALUES", "SERVICE"}
MOST = 60
LONGEST = 20_000


@dataclass(frozen=True)
class Step:
    """One pattern, where it stands, and whether it and all before it have a solution (None: not found out in time)."""

    text: str
    line: int
    column: int
    solvable: bool | None

    def as_json(self) -> dict[str, object]:
        return {"pattern": self.text, "line": self.line, "column": self.column, "solvable": self.solvable}


@dataclass(frozen=True)
class Unknown:
    """An IRI of the query that occurs nowhere in the data, and the closest name that does."""

    iri: str
    hint: str

    def as_json(self) -> dict[str, object]:
        return {"iri": self.iri, "hint": self.hint or None}


@dataclass(frozen=True)
class Explanation:
    """The patterns up to the first without a solution, and the unknown IRIs."""

    steps: tuple[Step, ...]
    unknown: tuple[Unknown, ...]

    @property
    def killer(self) -> Step | None:
        """The first pattern that leaves no solution."""
        return next((step for step in self.steps if step.solvable is False), None)

    def as_json(self) -> dict[str, object]:
        killer = self.killer
        return {
            "firstWithoutSolution": killer.as_json() if killer else None,
            "unknown": [one.as_json() for one in self.unknown],
            "patterns": [step.as_json() for step in self.steps],
        }


def explain(query: str, ask: Ask, names: Names, known: list[str]) -> Explanation:
    """What becomes of a query's patterns, asked by ``ask`` (a query text to its boolean answer).

    ``known`` are IRIs of our own to suggest. BadQuery for what is too long or has no group, ReadOnly for updates.
    """
    if len(query) > LONGEST:
        raise BadQuery(f"Only queries of up to {LONGEST} characters are explained.")
    if is_update(query):
        raise ReadOnly(NO_UPDATES)
    words = list(after_prologue(query))
    group = pattern(words)
    if group is None:
        raise BadQuery("The query has no group of patterns to explain.")
    start, end = group
    prologue, clauses = query[: words[0].start], from_clauses(query)
    steps: list[Step] = []
    before = ""
    for first, last, whole in _elements(words, start + 1, end):
        text = query[words[first].start : _end(words[last])]
        line, column = position(query, words[first].start)
        solvable = _try(ask, f"{prologue}ASK {clauses} {{ {before} {text} }}")
        steps.append(Step(" ".join(text.split()), line, column, solvable))
        if solvable is False or len(steps) == MOST:
            break
        if whole:
            before += f" {text} ."
    terms = (*clauses.defaults, *clauses.named, *_terms(words[start:end]))
    return Explanation(tuple(steps), tuple(_unknown(terms, prologue, ask, names, known)))


def _elements(words: list[Token], start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """First and last token of each element of a group, FILTERs last; of a triples block also its beginnings.

    The third value says whether the element is whole: a beginning (up to a ``;`` or ``,``) is only to be asked.
    """
    filters = []
    place = start
    while place < end:
        if words[place].text == ".":
            place += 1
        elif words[place].text == "{" or words[place].text.upper() in BLOCKS:
            last = _block_end(words, place, end)
            element = (place, last, True)
            if words[place].text.upper() == "FILTER":
                filters.append(element)
            else:
                yield element
            place = last + 1
        else:
            last = _triples_end(words, place, end)
            for cut in _cuts(words, place, last):
                yield place, cut, False
            yield place, last, True
            place = last + 1
    yield from filters


def _cuts(words: list[Token], start: int, last: int) -> Iterator[int]:
    """The places before each ``;`` and ``,`` of a triples block, outside brackets."""
    depth = 0
    for place in range(start, last + 1):
        depth += words[place].nesting
        if depth == 0 and words[place].text in (";", ",") and place > start and place < last:
            yield place - 1


def _triples_end(words: list[Token], start: int, end: int) -> int:
    depth, place = 0, start
    while place < end:
        text = words[place].text
        if depth == 0 and place > start and (text in (".", "{") or text.upper() in BLOCKS):
            break
        depth += words[place].nesting
        place += 1
    return place - 1


def _block_end(words: list[Token], start: int, end: int) -> int:
    """The last token of OPTIONAL {...}, FILTER (...), FILTER NOT EXISTS {...}, {...} UNION {...} and the like."""
    place = start
    while place < end and words[place].nesting != 1:
        place += 1
    place = closing(words, place) if place < end else end - 1
    values_of_several = words[start].text.upper() == "VALUES" and words[place].text == ")"
    union = place + 1 < end and words[place + 1].text.upper() == "UNION"
    return _block_end(words, place + 1, end) if union or values_of_several else place


def _try(ask: Ask, query: str) -> bool | None:
    try:
        return ask(query)
    except CityDiplomacyError:
        return None


def _terms(group: list[Token]) -> list[str]:
    """The IRIs of a group that stand for things: not the datatypes, nor the functions, which no data need speak of."""
    texts = [word.text for word in group]
    return [
        word.text
        for place, word in enumerate(group)
        if word.kind in ("iri", "pname")
        and texts[max(place - 2, 0) : place] != ["^", "^"]
        and texts[place + 1 : place + 2] != ["("]
    ]


def _unknown(terms: Iterable[str], prologue: str, ask: Ask, names: Names, known: list[str]) -> Iterator[Unknown]:
    """Those of some terms that nothing says anything of."""
    for term in list(dict.fromkeys(terms))[:MOST]:
        anywhere = (
            f"{{ {term} ?p ?o }} UNION {{ ?s {term} ?o }} UNION {{ ?s ?p {term} }} UNION {{ GRAPH {term} {{ }} }}"
        )
        if _try(ask, f"{prologue}ASK {{ {anywhere} }}") is False:
            iri = _expand(term, prologue)
            yield Unknown(iri, closest(iri, known) if iri.startswith(names.base) else "")


def _expand(term: str, prologue: str) -> str:
    if term.startswith("<"):
        return term[1:-1]
    prefix, _, local = term.partition(":")
    namespace = re.search(rf"PREFIX\s+{re.escape(prefix)}:\s*<([^>]*)>", prologue, re.IGNORECASE)
    return (namespace[1] if namespace else prefix + ":") + local


def _end(token: Token) -> int:
    return token.start + len(token.text)
