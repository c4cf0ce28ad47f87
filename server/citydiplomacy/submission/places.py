"""Where statements stand in a file: line, column and, in JSON, the pointer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from citydiplomacy.submission.problems import PARTS, Place
from citydiplomacy.submission.terms import Statement, plain

Span = tuple[int, int]


class Lines:
    """Turns offsets in a text into lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def place(self, span: Span, pointer: str = "") -> Place:
        line = bisect_right(self._starts, span[0])
        return Place(line, span[0] - self._starts[line - 1] + 1, pointer, span[1] - span[0])

    def offset(self, line: int, column: int) -> int:
        """The offset of a place, both counted from 1."""
        return self._starts[line - 1] + column - 1 if 1 <= line <= len(self._starts) else 0

    def line(self, number: int) -> str:
        """A line's text without its end."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")


@dataclass(frozen=True)
class Stated:
    """A statement as a file has it: the spans of subject, predicate and object, and a JSON pointer where it has one."""

    statement: Statement
    spans: tuple[Span, ...]
    pointer: str = ""


class Places:
    """Finds a statement, or the nearest to it that a file has: its property, its subject, or where that is a value."""

    def __init__(self, text: str, stated: Iterable[Stated]) -> None:
        self.lines = Lines(text)
        self._exact: dict[Statement, Stated] = {}
        self._near: dict[tuple[str, ...], Stated] = {}
        for one in stated:
            subject, predicate, value, graph = one.statement
            self._exact.setdefault(one.statement, one)
            words = plain(value)
            for key in (
                (subject, predicate, words, graph),
                (subject, predicate, words),
                (subject, predicate),
                (subject,),
                ("", "", value),
                ("", "", "", graph),
                *([("_", predicate, words), ("_", predicate)] if subject[0] == "_" else []),
            ):
                self._near.setdefault(key, one)

    def has(self, statement: Statement) -> bool:
        """Whether the file states exactly this."""
        return statement in self._exact

    def find(self, statement: Statement, part: str) -> Place | None:
        """The place of one term of a statement; ``part`` is ``subject``, ``predicate``, ``object`` or ``graph``."""
        subject, predicate, value, graph = statement
        found = self._exact.get(statement) if subject else None
        if found:
            return self._place(found, part)
        words = plain(value) if value else ""
        keys: list[tuple[tuple[str, ...], str]] = []
        if subject and predicate and value:
            keys += [((subject, predicate, words, graph), part), ((subject, predicate, words), part)]
        if subject and predicate:
            keys.append(((subject, predicate), "object" if value and part == "object" else "predicate"))
        if subject[:1] == "_":  # what reads a file may name its blank nodes in another way than this does
            keys += [(("_", predicate, words), part), (("_", predicate), part)]
        if subject:
            keys += [((subject,), "subject"), (("", "", subject), "object")]
        if value:
            keys.append((("", "", value), "object"))
        if graph:
            keys.append((("", "", "", graph), "graph"))
        for key, meant in keys:
            if key in self._near:
                return self._place(self._near[key], meant)
        return None

    def mention(self, statement: Statement) -> Place | None:
        """Where the last part of a name of a statement that the file does not state stands in its text."""
        for term in statement:
            name = re.split("[/#]", plain(term))[-1] if term[:1] == "<" else ""
            found = re.search(rf"\b{re.escape(name)}\b", self.lines.text) if name else None
            if found:
                return self.lines.place(found.span())
        return None

    def _place(self, stated: Stated, part: str) -> Place:
        index = PARTS.index(part)
        return self.lines.place(stated.spans[index if index < len(stated.spans) else 0], stated.pointer)
