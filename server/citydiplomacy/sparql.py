"""What can be told of a SPARQL text without parsing it: its tokens, how deep it nests, and what it must not do.

A query's text is cut into tokens by the grammar's own terminals (https://www.w3.org/TR/sparql11-query/#grammar), so
that a word in a string, an IRI, a comment or a variable is never taken for a keyword.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from citydiplomacy.errors import BadQuery, QueryTooBig

TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<string>\"{3}(?:(?:\"{1,2})?(?:[^\"\\]|\\.))*\"{3} | '{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*'{3}
              | \"(?:[^\"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<variable>[?$]\w+)
  | (?P<blank>_:[\w.-]+)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<name>[^\W\d][\w.-]*+(?P<colon>:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*+)?)
  | (?P<pname>:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*+)
  | (?P<langtag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<other>\\[^A-Za-z0-9] | \S)
    """,
    re.VERBOSE | re.DOTALL,
)


# what may have any sign or word in it without meaning it: comments, strings, IRIs, escapes in names
QUOTED = r"""
    \#[^\n\r]*
  | \"{3}(?:(?:\"{1,2})?(?:[^\"\\]|\\.))*\"{3} | '{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*'{3}
  | \"(?:[^\"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*'
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
WORD = re.compile(r"\w+")
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
NESTING = {"open": 1, "close": -1}


@dataclass(frozen=True)
class Limits:
    """What a query's text may be: its length in characters and how deep its brackets nest."""

    length: int = 1_000_000
    depth: int = 100


@dataclass(frozen=True)
class Token:
    """A piece of a query: what it is, as it is written, and its offset in the text."""

    kind: str
    text: str
    start: int

    @property
    def nesting(self) -> int:
        """1 for an opening bracket, -1 for a closing one, else 0."""
        return NESTING.get(self.kind, 0)


def tokens(query: str) -> Iterator[Token]:
    """The query's tokens without comments and white space.

    A name without a colon is no prefixed name: ``true.SERVICE`` is the words ``true`` and ``SERVICE``. It is matched as
    one run and cut afterwards, which keeps the work linear in the text's length.
    """
    for match in TOKEN.finditer(query):
        kind = match.lastgroup or "other"
        if match["name"] and not match["colon"]:
            for word in WORD.finditer(match["name"]):
                yield Token("word", word.group(), match.start() + word.start())
        elif kind != "comment":
            yield Token("pname" if match["name"] else kind, match.group(), match.start())


def after_prologue(query: str) -> Iterator[Token]:
    """The tokens after the BASE and PREFIX declarations."""
    words = tokens(query)
    for token in words:
        if token.text.upper() == "PREFIX":
            next(words, None)
            next(words, None)
        elif token.text.upper() == "BASE":
            next(words, None)
        else:
            yield token


def form_of(query: str) -> str | None:
    """The form of a query, one of ``FORMS``; None where it begins with anything else."""
    first = next(after_prologue(query), None)
    return first.text.upper() if first and first.text.upper() in FORMS else None


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


_capitals = lru_cache(16)(str.upper)  # a query is looked at several times


def may_say(query: str, words: Iterable[str]) -> bool:
    """Whether a text has one of these words (in capitals), in any case, if only as a part of another: quick to tell."""
    capitals = _capitals(query)
    for word in words:  # noqa: SIM110 (a loop takes half the time of any())
        if word in capitals:
            return True
    return False


def check(query: str, limits: Limits, services: frozenset[str] = frozenset()) -> None:
    """Refuses what must not reach the engine.

    ``services`` are the endpoints an operator allows in SERVICE. Raises BadQuery (SERVICE, updates), QueryTooBig.
    """
    if len(query) > limits.length:
        raise QueryTooBig(f"The query has {len(query)} characters; at most {limits.length} are allowed.")
    if not may_say(query, ["SERVICE"]) and sum(map(query.count, "({[")) <= limits.depth:
        return  # the usual case, without cutting the text into tokens
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


UPDATE_WORDS = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
UPDATE = re.compile(rf"\b(?:{'|'.join(sorted(UPDATE_WORDS))})\b", re.IGNORECASE)
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)


def is_update(query: str) -> bool:
    """Whether the text begins as a SPARQL Update request does, after its prologue."""
    if not may_say(query, UPDATE_WORDS) or not UPDATE.search(query):
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
    if not may_say(query, ["FROM"]) or not FROM.search(query):
        return FromClauses()
    words = list(after_prologue(query))
    group = pattern(words)
    defaults: list[str] = []
    named: list[str] = []
    depth = 0
    for index in range(_past_template(words), group[0] if group else len(words)):
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


def pattern(words: list[Token]) -> tuple[int, int] | None:
    """Where the group of a query's WHERE clause begins and ends among its words after the prologue; None: it has none.

    The template of CONSTRUCT, and what EXISTS asks in the expressions of SELECT, stand before it.
    """
    depth = 0
    for place in range(_past_template(words), len(words)):
        if depth == 0 and words[place].text == "{":
            return place, closing(words, place)
        depth += words[place].nesting
    return None


def closing(words: list[Token], start: int) -> int:
    """The place of the word that closes the bracket at ``start``; the last one where none does."""
    depth = 0
    for place in range(start, len(words)):
        depth += words[place].nesting
        if depth == 0:
            return place
    return len(words) - 1


def _past_template(words: list[Token]) -> int:
    """The place after the query form, and after its template where it is CONSTRUCT with one."""
    template = [token.text.upper() for token in words[:2]] == ["CONSTRUCT", "{"]
    return closing(words, 1) + 1 if template else 1
