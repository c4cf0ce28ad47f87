"""One fault, one finding: drops what follows from another finding, joins what two checks say of a statement."""

from __future__ import annotations

from dataclasses import replace

from citydiplomacy.submission.problems import Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import Statement

KINDS = {
    f"{name}ConstraintComponent"
    for name in ("QualifiedMaxCount", "Not", "Class", "Or", "Node", "Property", "In", "And")
}
CLASSES = {"unknown-term", "foreign-term"}
SAME_STATEMENT = {"digest", "record-twice", "text-for-thing", "thing-for-text", "datatype-clash"}
TEXTS = {"language-tag", "white-space", "blank-text", "mojibake", "not-nfc"}


def drop_consequences(problems: list[Problem], published: Published) -> list[Problem]:
    """The problems that stand for themselves.

    A shape's result about an unknown thing, a thing of an unknown class or a blank node follows from that; that a text
    of a wrong datatype can not be compared follows from its datatype. Where a shape and a check of texts or of
    consistency find fault with the same statement or thing, the shape's result stays, with the other's way to mend it.
    """
    unknown = {one.term for one in problems if one.code == "unknown-thing" and not one.instead}
    unknown |= {
        one.statement[0] for one in problems if one.code in CLASSES and one.part == "object" and not one.instead
    }
    untyped = {one.statement for one in problems if one.component == "DatatypeConstraintComponent"}
    distinct = {(one.code, one.statement, one.part, one.path): one for one in reversed(problems) if one.shape}
    shapes = [one for one in reversed(distinct.values()) if not _follows(one, unknown, untyped)]
    hints = _Hints(shapes, published)
    rest = [one for one in problems if not one.shape and not hints.take(one)]
    return rest + hints.shapes


def _follows(problem: Problem, unknown: set[str], untyped: set[Statement]) -> bool:
    if problem.component == "LessThanOrEqualsConstraintComponent" and problem.statement in untyped:
        return True
    about = {problem.values["thing"], problem.values["value"]}
    return bool(about & unknown) or any(term[:1] == "_" for term in about)


class _Hints:
    """The shapes' results, and what the other checks add to them."""

    def __init__(self, shapes: list[Problem], published: Published) -> None:
        self.shapes = shapes
        self._names = published.names
        self._by_statement: dict[Statement, list[int]] = {}
        self._by_thing: dict[str, list[int]] = {}
        for number, one in enumerate(shapes):
            self._by_statement.setdefault(one.statement, []).append(number)
            for term in {one.values["thing"], one.values["value"]} - {""}:
                self._by_thing.setdefault(term, []).append(number)

    def take(self, problem: Problem) -> bool:
        """Whether a shape says the same: then it takes over what the problem knows to mend."""
        if problem.code in TEXTS:
            return self._join(self._by_statement.get(problem.statement, []), problem)
        if problem.code == "disjoint-classes":
            numbers = self._by_thing.get(problem.values["thing"], [])
            return self._join([one for one in numbers if self.shapes[one].component in KINDS], problem)
        if problem.code == "record-ranges":
            numbers = self._by_thing.get(problem.values["passage"], [])
            lines = {self._names.term("firstLine"), self._names.term("lastLine"), ""}
            return any(self.shapes[one].path in lines for one in numbers)
        if problem.code in SAME_STATEMENT:
            return problem.statement in self._by_statement
        return False

    def _join(self, numbers: list[int], problem: Problem) -> bool:
        for number in numbers:
            safe = problem.code in ("language-tag", "white-space")
            known = replace(self.shapes[number], hint=problem, instead=problem.instead, safe=safe)
            where = (
                (problem.statement, problem.part)
                if problem.other and known.component.startswith("Qualified")
                else (known.statement, known.part)
            )
            self.shapes[number] = replace(known, statement=where[0], part=where[1])
        return bool(numbers)
