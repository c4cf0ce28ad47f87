"""What mutations are made from: a text with the places of its statements, and the rules that a fault breaks."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from citydiplomacy.names import SH
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.shapes import ShapesGraph
from citydiplomacy.submission.terms import TYPE, Statement, iri, plain
from citydiplomacy.submission.turtle import Turtle

Span = tuple[int, int]
Found = tuple[Statement, tuple[Span, ...]]
Pairs = set[tuple[str, str]]


@dataclass(frozen=True)
class Mutant:
    """A text with one fault, what kind it is, and the lines at which finding it is right."""

    text: str
    kind: str
    lines: frozenset[int]


@dataclass(frozen=True)
class Rules:
    """What breaks a rule, by ontology, shapes and all the statements that are judged together."""

    published: Published
    statements: tuple[Statement, ...]

    @cached_property
    def classes(self) -> dict[str, list[str]]:
        """The classes that are stated of each thing, as often as they are."""
        found: dict[str, list[str]] = {}
        for subject, predicate, value, _ in (*self.published.ontology, *self.statements):
            if predicate == TYPE:
                found.setdefault(subject, []).append(value)
        return found

    @cached_property
    def values(self) -> dict[tuple[str, str], set[str]]:
        """The values of each thing's properties, in whatever graph."""
        found: dict[tuple[str, str], set[str]] = {}
        for subject, predicate, value, _ in self.statements:
            found.setdefault((subject, predicate), set()).add(value)
        return found

    @cached_property
    def known(self) -> set[str]:
        return {term for statement in self.statements for term in statement[:3]}

    def _bounded(self, bound: str) -> Pairs:
        """Class and property of which shapes say ``sh:minCount 1`` or ``sh:maxCount 1``."""
        graph = ShapesGraph(self.published.shapes)
        return {
            (value, path)
            for shape, aims in graph.aims.items()
            if [plain(one) for one in graph.values(shape, bound)] == ["1"]
            for path in graph.values(shape, "path")
            for kind, value in aims
            if kind == "targetClass" and path[0] == "<" and not plain(path).startswith(SH)
        }

    @cached_property
    def needed(self) -> Pairs:
        return self._bounded("minCount")

    @cached_property
    def single(self) -> Pairs:
        return self._bounded("maxCount")

    def within(self, statement: Statement, pairs: Pairs) -> bool:
        """Whether the statement's subject is of a class that has its property among some pairs."""
        kinds = self.published.closure(self.classes.get(statement[0], ()))
        return any((kind, statement[1]) in pairs for kind in kinds)

    def exclude(self, some: Iterable[str], others: Iterable[str]) -> bool:
        """Whether nothing can be of these classes and of those."""
        pairs = [self.published.closure(one) for one in (some, others)]
        return any((a, b) in self.published.disjoint for a in pairs[0] for b in pairs[1])

    def unfit(self, classes: Iterable[str]) -> list[str]:
        """The classes of ours that nothing of these can be."""
        ours = [one for one, kinds in self.published.declared.items() if "Class" in kinds and "citydiplomacy" in one]
        return [one for one in map(iri, sorted(ours)) if self.exclude([one], classes)]


class Text:
    """A text with the places of its statements, and a random generator."""

    def __init__(self, text: str, rules: Rules, seed: random.Random) -> None:
        self.text, self.rules, self.random = text, rules, seed
        self.spans = list(Turtle(text).spans.items())

    def pick(self, wanted: Callable[[Statement], bool]) -> Found | None:
        for _ in range(200):
            statement, spans = self.random.choice(self.spans)
            if wanted(statement):
                return statement, spans
        return None

    def line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def lines_of(self, thing: str) -> set[int]:
        """Each line where a thing stands, as subject or as value."""
        return {self.line(spans[part][0]) for one, spans in self.spans for part in (0, 2) if one[part] == thing}

    def changed(self, kind: str, span: Span, new: str, more: Iterable[int] = ()) -> Mutant:
        """Another text in place of a span. Right are its first line and more lines, as they are numbered after it."""
        first, last = self.line(span[0]), self.line(span[1])
        lost = last - first - new.count("\n")
        lines = {one - lost if one >= last else min(one, first) for one in more}
        return Mutant(self.text[: span[0]] + new + self.text[span[1] :], kind, frozenset({first, *lines}))

    def without(self, kind: str, found: Found, behind: str) -> Mutant | None:
        """Leaves out predicate and value before ``;``, or a value before ``,``; right is where its thing stands."""
        (subject, *_), spans = found
        after = re.compile(rf"\s*{behind}\s*").match(self.text, spans[2][1])
        start = spans[1 if behind == ";" else 2][0]
        return self.changed(kind, (start, after.end()), "", self.lines_of(subject)) if after else None

    def misspelt(self, word: str) -> str:
        """A word with two neighbouring letters swapped, one left out, or one doubled."""
        position = self.random.randrange(1, max(2, len(word) - 1))
        before, letter, after = word[:position], word[position : position + 1], word[position + 1 :]
        choices = [before + after, before + letter + letter + after]
        if after and after[0] != letter:
            choices.append(before + after[0] + letter + after[1:])
        return self.random.choice([one for one in choices if one != word] or [word + "x"])
