"""A SPARQL text cut into tokens by the grammar's own terminals (https://www.w3.org/TR/sparql11-query/#grammar).

So a word in a string, an IRI, a comment or a variable is never taken for a keyword. Nothing here parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<string>\"{3}(?:(?:\"{1,2})?(?:[^\"\\]|\\.))*+\"{3} | '{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*+'{3}
              | \"(?:[^\"\\\n\r]|\\.)*+\" | '(?:[^'\\\n\r]|\\.)*+')
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
WORD = re.compile(r"\w+")
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
NESTING = {"open": 1, "close": -1}


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


def pattern(words: list[Token]) -> tuple[int, int] | None:
    """Where the group of a query's WHERE clause begins and ends among its words after the prologue; None: it has none.

    The template of CONSTRUCT, and what EXISTS asks in the expressions of SELECT, stand before it.
    """
    depth = 0
    for place in range(past_template(words), len(words)):
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


def past_template(words: list[Token]) -> int:
    """The place after the query form, and after its template where it is CONSTRUCT with one."""
    template = [token.text.upper() for token in words[:2]] == ["CONSTRUCT", "{"]
    return closing(words, 1) + 1 if template else 1
