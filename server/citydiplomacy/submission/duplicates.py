"""Duplicates: a new thing that most likely is one we have, by its names in any language, folded and within a slip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from citydiplomacy.mentions import fold
from citydiplomacy.submission.problems import Problem, at
from citydiplomacy.submission.published import NAMING, Published
from citydiplomacy.submission.terms import TYPE, Statement, iri, plain

SHORTEST_FUZZY = 8  # folded letters: below, one letter makes another name
DIGITS = re.compile(r"\d+")


def check_duplicates(statements: Iterable[Statement], published: Published) -> Iterator[Problem]:
    """New things with a name that is equal to, or one slip away from, that of a published thing of a fitting class."""
    if not published.data:
        return
    things = "<" + published.names.things
    naming = NAMING | {iri(published.names.term("acronym"))}
    types: dict[str, set[str]] = {}
    named: dict[str, list[Statement]] = {}
    for statement in statements:
        subject, predicate, value, _ = statement
        if subject in published.types or not subject.startswith(things):
            continue
        if predicate == TYPE:
            types.setdefault(subject, set()).add(value)
        elif predicate in naming and value[0] == '"':
            named.setdefault(subject, []).append(statement)
    if named:
        known = _Names(published)
        for subject, statements_of_it in named.items():
            if subject in types:
                yield from known.problem(subject, types[subject], statements_of_it)


class _Names:
    """The names of the published things, folded; and each with one letter left out, to find slips."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._exact: dict[str, set[str]] = {}
        self._cut: dict[str, set[str]] = {}
        for thing, labels in published.labels.items():
            for label in labels:
                folded = fold(label).lower()
                if len(folded) > 1:
                    self._exact.setdefault(folded, set()).add(thing)
                    if len(folded) >= SHORTEST_FUZZY:
                        for cut in _cuts(folded):
                            self._cut.setdefault(cut, set()).add(thing)

    def problem(self, subject: str, types: set[str], names: list[Statement]) -> Iterator[Problem]:
        """At most one problem a thing: the first of its names that fits a published thing."""
        kinds = self._published.closure(types)
        for statement in names:
            folded = fold(plain(statement[2])).lower()
            for thing in (*sorted(self._exact.get(folded, ())), *self._near(folded)):
                if thing != subject and self._fits(kinds, thing):
                    label = self._published.labels[thing][0]
                    yield at(statement, "likely-duplicate", term=subject, other=thing, label=label)
                    return

    def _near(self, folded: str) -> Iterator[str]:
        """Things with a name that is one slip away: a letter more, less, other, or two swapped; digits must agree."""
        if len(folded) < SHORTEST_FUZZY:
            return
        digits = DIGITS.findall(folded)
        found: set[str] = set()
        for cut in _cuts(folded):
            found |= self._cut.get(cut, set())
        for thing in sorted(found):
            labels = [fold(label).lower() for label in self._published.labels[thing]]
            if any(DIGITS.findall(one) == digits and abs(len(one) - len(folded)) <= 1 for one in labels):
                yield thing

    def _fits(self, kinds: frozenset[str], thing: str) -> bool:
        """Whether something of these classes can be that thing: they share one, and none excludes another."""
        others = self._published.closure(self._published.types.get(thing, ()))
        return bool(kinds & others) and not any((a, b) in self._published.disjoint for a in kinds for b in others)


def _cuts(folded: str) -> Iterator[str]:
    yield folded
    yield from (folded[:i] + folded[i + 1 :] for i in range(len(folded)))
