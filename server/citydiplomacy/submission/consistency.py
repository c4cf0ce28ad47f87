"""Consistency: things that would be of two classes that exclude each other, with the two claims that make them so.

What HermiT would find of disjointness by subclasses, domains, ranges, super-properties and inverses, without Java and
with an explanation. What it would find of values is in ``values``. Other axioms that data can contradict the ontology
does not have; should it get one, tests/submission/test_consistency.py fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from citydiplomacy.submission.problems import Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import TYPE, Statement

Reasons = dict[str, tuple[Statement, str]]


def check_consistency(statements: Iterable[Statement], published: Published) -> Iterator[Problem]:
    """One finding a thing: the two claims that clash. What is published counts, too."""
    statements = list(statements)
    roles: dict[str, set[str]] = {}
    backward = {predicate: "^" + predicate for predicate in published.ranges}
    for subject, predicate, value, _ in statements:
        if predicate == TYPE:
            roles.setdefault(subject, set()).add(value)
            continue
        if predicate in published.domains:
            roles.setdefault(subject, set()).add(predicate)
        if predicate in backward and value[0] != '"':
            roles.setdefault(value, set()).add(backward[predicate])
    wrong = dict(_clashes(roles, published))
    if wrong:
        yield from _explain(statements, published, wrong)


def _clashes(roles: dict[str, set[str]], published: Published) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each thing whose classes exclude each other, with two that do: stated ones rather than implied ones.

    A thing's roles are its classes, the properties it has, and, with a ^ before them, those it is a value of.
    """
    known_roles: dict[tuple[frozenset[str], frozenset[str]], tuple[str, str] | None] = {}
    for thing, own in roles.items():
        known = frozenset(published.types.get(thing, ()))
        key = (frozenset(own), known)
        if key not in known_roles:
            known_roles[key] = _clash_of(key[0], known, published)
        found = known_roles[key]
        if found and not (found[0] in known and found[1] in known):
            yield thing, found


def _clash_of(roles: frozenset[str], known: frozenset[str], published: Published) -> tuple[str, str] | None:
    """Two classes that exclude each other, of those stated here or published, else of all that follow."""
    implied = {kind for role in roles for kind in published.domains.get(role, ())}
    implied |= {kind for role in roles if role[0] == "^" for kind in published.ranges[role[1:]]}
    stated = known | {role for role in roles if role[0] != "^" and role not in published.domains}
    return _clash(stated, published) or _clash(stated | implied, published)


def _says(statement: Statement, published: Published) -> Iterator[tuple[str, str, str]]:
    """What a statement says of the classes of its subject and its object: thing, class, and by what."""
    subject, predicate, value, _ = statement
    if predicate == TYPE:
        yield subject, value, "type"
        return
    for kind in published.domains.get(predicate, ()):
        yield subject, kind, "domain"
    if value[0] != '"':
        for kind in published.ranges.get(predicate, ()):
            yield value, kind, "range"


def _clash(classes: Iterable[str], published: Published) -> tuple[str, str] | None:
    """Two of some classes that exclude each other, by themselves or by classes above them."""
    ordered = sorted(classes)
    above = {one: published.ancestors.get(one, frozenset((one,))) for one in ordered}
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if any((a, b) in published.disjoint for a in above[one] for b in above[other]):
                return one, other
    return None


def _explain(statements: list[Statement], published: Published, wrong: dict[str, tuple[str, str]]) -> Iterator[Problem]:
    """Names the claims behind each clash, the later one as the place of the finding."""
    reasons: dict[str, Reasons] = {thing: {} for thing in wrong}
    for statement in statements:
        for thing, kind, how in _says(statement, published):
            if thing in wrong and kind in wrong[thing]:
                before = reasons[thing].get(kind)
                if before is None or (how == "type" and before[1] != "type"):
                    reasons[thing][kind] = (statement, how)
    order = {reason[0]: 0 for known in reasons.values() for reason in known.values()}
    for number, statement in enumerate(statements):
        if statement in order:
            order[statement] = number
    for thing, classes in wrong.items():
        yield _problem(thing, classes, reasons[thing], order)


def _problem(thing: str, classes: tuple[str, str], reasons: Reasons, order: dict[Statement, int]) -> Problem:
    """The finding stands at the claim that comes last; what is published came before."""
    stated = sorted((one for one in classes if one in reasons), key=lambda one: order[reasons[one][0]])
    last = stated[-1]
    first = classes[0] if last == classes[1] else classes[1]
    place, how = reasons[last]
    values = {"thing": thing, "one": first, "other": last, "how": how, "by": place[1]}
    before = reasons.get(first)
    if before:
        values |= {"before": before[1], "before-by": before[0][1]}
    part = "subject" if place[0] == thing and how != "type" else "object"
    return Problem("disjoint-classes", place, part, values, other=before[0] if before else None)
