"""From an engine's complaint about a query to words for people: where, what stands there, what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping

from citydiplomacy.errors import BadQuery
from citydiplomacy.findings import closest
from citydiplomacy.tokens import FORMS, Token, after_prologue, position, tokens

PLACE = re.compile(r"error at (\d+):(\d+):\s*(.*)", re.DOTALL)
MISSPELT = (
    *FORMS,
    "WHERE",
    "FILTER",
    "OPTIONAL",
    "UNION",
    "MINUS",
    "GRAPH",
    "VALUES",
    "ORDER",
    "GROUP",
    "HAVING",
    "LIMIT",
)
MOST = 6


def diagnose(message: str, query: str, prefixes: Mapping[str, str]) -> BadQuery:
    """The error for an engine's syntax message; ``prefixes`` are those the repository knows, to suggest."""
    place = PLACE.search(message)
    if not place:
        return BadQuery(" ".join(message.split()))
    line, column, expected = int(place[1]), int(place[2]), place[3]
    form = next(after_prologue(query), None)
    if form and form.text.upper() not in FORMS:
        line, column = position(query, form.start)
        hint = closest(form.text.upper(), list(FORMS))
        detail = f"A query begins with {', '.join(FORMS)} after its prefixes, not with {form.text[:60]!r}."
        return BadQuery(detail, line=line, column=column, hint=hint or None)
    stranger = _undeclared_name(query)
    if stranger:
        return _undeclared(stranger, query, prefixes)
    token = _token_at(query, line, column)
    if "variable that is unbound" in expected:
        detail = "SELECT names a variable that is neither grouped nor inside an aggregate."
        return BadQuery(detail, line=line, column=column, hint="add it to GROUP BY, or wrap it: SAMPLE(?x)")
    if token:
        line, column = position(query, token.start)
    found = f"found {token.text[:60]!r}" if token else "found the end of the query"
    hint = _misspelt(query, token)
    wanted = _expected(expected)
    detail = f"At line {line}, column {column}: {found}" + (f"; expected {wanted}." if wanted else ".")
    return BadQuery(detail, line=line, column=column, hint=hint or None)


def _misspelt(query: str, found: Token | None) -> str:
    """A keyword that the word found, or the one right before it, is close to."""
    words = [token for token in tokens(query) if found is None or token.start <= found.start][-2:]
    candidates = (word.text.upper() for word in reversed(words) if word.kind == "word")
    return next((hint for one in candidates if one not in MISSPELT and (hint := closest(one, list(MISSPELT)))), "")


def _undeclared_name(query: str) -> Token | None:
    """The first prefixed name whose prefix the query does not declare."""
    declared: set[str] = set()
    words = list(tokens(query))
    for place, token in enumerate(words):
        prefix = token.text.partition(":")[0]
        if token.kind != "pname":
            continue
        if place and words[place - 1].text.upper() == "PREFIX":
            declared.add(prefix)
        elif prefix not in declared:
            return token
    return None


def _undeclared(token: Token, query: str, prefixes: Mapping[str, str]) -> BadQuery:
    line, column = position(query, token.start)
    prefix = token.text.partition(":")[0]
    if prefix in prefixes:
        hint = f"add: PREFIX {prefix}: <{prefixes[prefix]}>"
    else:
        hint = closest(prefix, list(prefixes)) or "declare it: PREFIX " + prefix + ": <...>"
    return BadQuery(f"The prefix {prefix}: is not declared ({token.text}).", line=line, column=column, hint=hint)


def _token_at(query: str, line: int, column: int) -> Token | None:
    """The token that stands at a place or ends there (the engine names the place after a prefixed name)."""
    lines = query.split("\n")
    offset = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    before = None
    for token in tokens(query):
        if token.start >= offset:
            ended_here = before is not None and before.start + len(before.text) >= offset and before.kind == "pname"
            return before if ended_here else token
        if token.start + len(token.text) > offset:
            return token
        before = token
    return before if before and before.kind == "pname" and before.start + len(before.text) >= offset else None


def _expected(text: str) -> str:
    """The first few of the things the engine would take, without its character classes."""
    names = [
        one.strip() for one in text.removeprefix("expected ").removeprefix("one of ").replace("\n", " ").split(",")
    ]
    readable = [one for one in dict.fromkeys(names) if one and not re.search(r"[\[\]|]|\.\.", one) and len(one) < 30]
    more = ", ..." if len(readable) > MOST else ""
    return ", ".join(readable[:MOST]) + more
