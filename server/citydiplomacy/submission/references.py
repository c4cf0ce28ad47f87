"""References: whether the things, passages and documents that a submission names exist, and which one may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from citydiplomacy.mentions import fold
from citydiplomacy.submission.problems import Problem, at
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import TYPE, Statement

MOST_GUESSES = 200
NEAR = 0.8


def check_references(statements: Iterable[Statement], published: Published) -> Iterator[Problem]:
    """Things that have a type neither in the submission nor in what is published, and things that were withdrawn."""
    statements = list(statements)
    typed = {statement[0] for statement in statements if statement[1] == TYPE}
    guesses: dict[str, str] = {}
    names = published.names
    ours = tuple("<" + one for one in (names.things, names.passages, names.sources))
    for statement in statements:
        for part, term in (("object", statement[2]), ("subject", statement[0])):
            if not term.startswith(ours):
                continue
            if term in published.deprecated:
                instead = published.deprecated[term]
                yield at(statement, "withdrawn-thing", part, instead, term=term, instead=instead)
            elif term not in typed and term not in published.types:
                if term not in guesses:
                    guesses[term] = _closest(term, published) if len(guesses) < MOST_GUESSES else ""
                if part == "object" or guesses[term] or published.names.things not in term:
                    yield at(statement, "unknown-thing", part, guesses[term], term=term, instead=guesses[term])


def _closest(term: str, published: Published) -> str:
    """The published thing whose name in its IRI, or whose label, is nearest."""
    names = published.names
    space = next(one for one in (names.things, names.passages, names.sources) if term[1:].startswith(one))
    local = term[len(space) + 1 : -1]
    slugs = {one[len(space) + 1 : -1]: one for one in published.types if one[1:].startswith(space)}
    if space == names.passages:
        return ""  # passages are numbers: the nearest is another passage, not the one that was meant
    near = get_close_matches(local, slugs, n=1, cutoff=NEAR)
    if near:
        return slugs[near[0]]
    wanted = fold(local).lower()
    for thing, labels in published.labels.items():
        if thing[1:].startswith(space) and any(fold(label).lower() == wanted for label in labels):
            return thing
    return ""
