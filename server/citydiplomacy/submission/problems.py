"""A problem as a check sees it: its code, the statement it is about, and the words that its message needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from citydiplomacy.findings import Severity
from citydiplomacy.submission.terms import Statement

KEPT = 20_000  # problems of a code: a million of them would take gigabytes
PARTS = ("subject", "predicate", "object", "graph")


@dataclass(frozen=True)
class Place:
    """Where something stands in a file: line and column from 1, a JSON pointer where the file is JSON."""

    line: int = 0
    column: int = 0
    pointer: str = ""
    length: int = 0


@dataclass(frozen=True)
class Problem:
    """``part`` says which term of the statement is meant; ``instead`` is the term that would be right there.

    ``statement`` may have empty parts: then it is about a thing, or a property of it. Where a problem is of a file and
    not of a statement (syntax), ``file`` and ``place`` say where. ``messages`` overrides the catalogue's (SHACL).
    ``hint`` is another problem of the same statement that knows how to mend it; ``safe`` that this may be done unseen.
    ``other`` is a second statement that has to do with it.
    """

    code: str
    statement: Statement = ("", "", "", "")
    part: str = "object"
    values: dict[str, str] = field(default_factory=dict, compare=False)
    instead: str = ""
    file: str = ""
    place: Place | None = None
    messages: dict[str, str] = field(default_factory=dict, compare=False)
    severity: Severity | None = None
    path: str = ""
    hint: Problem | None = field(default=None, compare=False)
    component: str = ""
    shape: str = ""
    other: Statement | None = None
    safe: bool = False

    @property
    def terms(self) -> tuple[str, str]:
        """The focus node and the value, as SHACL has them."""
        if self.shape:
            return self.values.get("thing", ""), self.values.get("value", "")
        return self.statement[0], self.statement[2]

    @property
    def term(self) -> str:
        """The term that is meant."""
        return self.statement[PARTS.index(self.part)]


def at(statement: Statement, code: str, part: str = "object", instead: str = "", /, **values: str) -> Problem:
    """A problem of one term of a statement."""
    return Problem(code, statement, part, values, instead)


@dataclass
class Gathered:
    """The problems that checks find: the first ``KEPT`` of each code, and how many more there are of it."""

    kept: list[Problem] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    _seen: Counter[str] = field(default_factory=Counter)

    def take(self, problems: Iterable[Problem]) -> list[Problem]:
        """Takes in what a check finds; those of them that are kept."""
        before = len(self.kept)
        for problem in problems:
            self._seen[problem.code] += 1
            if self._seen[problem.code] <= KEPT:
                self.kept.append(problem)
            else:
                self.more[problem.code] += 1
        return self.kept[before:]
