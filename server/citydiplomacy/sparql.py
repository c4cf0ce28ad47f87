"""What can be told of a SPARQL text without parsing it: how deep it nests, its dataset, and what it must not do."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from citydiplomacy.errors import BadQuery, QueryTooBig, ReadOnly
from citydiplomacy.tokens import Token, after_prologue, past_template, pattern, position, tokens

# what may have any sign or word in it without meaning it: comments, strings, IRIs, escapes in names
QUOTED = r"""
    \#[^\n\r]*
  | \"{3}(?:(?:\"{1,2})?(?:[^\"\\]|\\.))*+\"{3} | '{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*+'{3}
  | \"(?:[^\"\\\n\r]|\\.)*+\" | '(?:[^'\\\n\r]|\\.)*+'
  | <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>
  | \\[^A-Za-z0-9]
"""
BRACKET = re.compile(
    QUOTED
    + r"""
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<service>(?i:SERVICE))
    """,
    re.VERBOSE | re.DOTALL,
)
LONG = 50_000  # characters that are cut into tokens to tell the word SERVICE from names that have it in them
UPDATE_WORDS = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
UPDATE = re.compile(rf"\b(?:{'|'.join(sorted(UPDATE_WORDS))})\b", re.IGNORECASE)
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
CHANGING_WORDS = ("RAND", "NOW", "UUID", "STRUUID", "BNODE", "SERVICE")
CHANGING = re.compile(rf"\b(?:{'|'.join(CHANGING_WORDS)})\b", re.IGNORECASE)
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U00([0-9A-Fa-f]{6})")
NO_UPDATES = "This endpoint takes no updates."


@dataclass(frozen=True)
class Limits:
    """What a query's text may be: its length in characters and how deep its brackets nest."""

    length: int = 1_000_000
    depth: int = 100


def says(query: str, words: Iterable[str]) -> bool:
    """Whether a text has one of these words (in capitals), in any case, if only as a part of another: quick to tell."""
    capitals = query.upper()
    for word in words:  # noqa: SIM110 (a loop takes half the time of any())
        if word in capitals:
            return True
    return False


def is_harmless(query: str, limits: Limits) -> bool:
    """Whether a query is seen at once to be within the limits and to call no service; most are."""
    return len(query) <= limits.length and not says(query, ["SERVICE"]) and _brackets(query) <= limits.depth


def _brackets(query: str) -> int:
    return query.count("(") + query.count("{") + query.count("[")


def check(query: str, limits: Limits, services: frozenset[str] = frozenset()) -> None:
    """Refuses what must not reach an engine, whether that reads it as it is or without its codepoint escapes.

    ``services`` are the endpoints an operator allows in SERVICE. Raises BadQuery (SERVICE), ReadOnly, QueryTooBig.
    """
    if len(query) > limits.length:
        raise QueryTooBig(f"The query has {len(query)} characters; at most {limits.length} are allowed.")
    _check(query, limits, services)
    if ESCAPE.search(query):
        _check(unescaped(query), limits, services)


def unescaped(query: str) -> str:
    """The text with its codepoint escapes undone before all else (SPARQL 1.1 Query, 19.2), as some engines take it.

    Ours undoes them in strings and IRIs only, after these have been told from the rest.
    """
    return ESCAPE.sub(lambda one: chr(min(int(one[1] or one[2], 16), sys.maxunicode)), query)


def _check(query: str, limits: Limits, services: frozenset[str]) -> None:
    if is_update(query):
        raise ReadOnly(NO_UPDATES)
    if is_harmless(query, limits):
        return
    if not _check_brackets(query, limits.depth):
        return
    if len(query) > LONG:
        raise QueryTooBig(f"A query with the word SERVICE, even in a name, may have {LONG} characters at most.")
    words = list(tokens(query))
    for index, token in enumerate(words):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            _check_service(query, words, index, services)


def _check_brackets(query: str, most: int) -> bool:
    """Refuses brackets that nest too deep, at the speed of C. Whether there is a SERVICE, or a name that looks so."""
    depth, service = 0, False
    for match in BRACKET.finditer(query):
        if match.lastgroup == "open":
            depth += 1
            if depth > most:
                line, column = position(query, match.start())
                raise QueryTooBig(f"Brackets nest deeper than {most} at line {line}, column {column}.")
        elif match.lastgroup == "close":
            depth -= 1
        elif match.lastgroup == "service":
            service = True
    return service


def _check_service(query: str, words: list[Token], index: int, services: frozenset[str]) -> None:
    target = words[index + 1] if index + 1 < len(words) else None
    if target and target.text.upper() == "SILENT":
        target = words[index + 2] if index + 2 < len(words) else None
    if target and target.kind == "iri" and target.text[1:-1] in services:
        return
    line, column = position(query, words[index].start)
    allowed = "It allows none." if not services else f"It allows {', '.join(sorted(services))}, written as full IRIs."
    raise BadQuery(f"This endpoint does not call other endpoints (SERVICE). {allowed}", line=line, column=column)


def is_update(query: str) -> bool:
    """Whether the text begins as a SPARQL Update request does, after its prologue."""
    if not says(query, UPDATE_WORDS) or not UPDATE.search(query):
        return False
    form = next(after_prologue(query), None)
    return form is not None and form.kind == "word" and form.text.upper() in UPDATE_WORDS


@dataclass(frozen=True)
class FromClauses:
    """The graphs that a query's FROM and FROM NAMED clauses name, as they are written, and the declarations before."""

    prologue: str = ""
    defaults: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The clauses as a query has them, in their order of kind."""
        return " ".join([*(f"FROM {one}" for one in self.defaults), *(f"FROM NAMED {one}" for one in self.named)])


def from_clauses(query: str) -> FromClauses:
    """The FROM clauses of a query; they stand between its form (with its template or expressions) and its pattern."""
    if not says(query, ["FROM"]) or not FROM.search(query):
        return FromClauses()
    words = list(after_prologue(query))
    group = pattern(words)
    defaults: list[str] = []
    named: list[str] = []
    depth = 0
    for index in range(past_template(words), group[0] if group else len(words)):
        token = words[index]
        depth += token.nesting
        if depth or token.kind != "word" or token.text.upper() != "FROM":
            continue
        first, second = (*words[index + 1 : index + 3], token, token)[:2]
        if first.kind in ("iri", "pname"):
            defaults.append(first.text)
        elif first.text.upper() == "NAMED" and second.kind in ("iri", "pname"):
            named.append(second.text)
    prologue = query[: words[0].start] if words else query
    return FromClauses(prologue, tuple(defaults), tuple(named))


def changes(query: str) -> bool:
    """Whether a query may answer differently each time it is asked (or names a function that would, in a comment)."""
    return says(query, CHANGING_WORDS) and CHANGING.search(query) is not None
