"""ORDER BY in a form that the engine can sort by, whatever the values are.

The engine compares numbers by value, and with other literals by their text, which is no order: 9 < 10 < "5a" < 9. It
ends its process where it notices. Numbers by themselves, after all else, have one; SPARQL leaves open where they come
among the literals (SPARQL 1.1 Query, 15.1).
"""

from __future__ import annotations

import re

from citydiplomacy.sparql import QUOTED

CLAUSE = re.compile(
    QUOTED + r"| (?P<keys>\bORDER\s+BY(?:\s*[?$]\w+|\s+(?:ASC|DESC)\s*\(\s*[?$]\w+\s*\))+)",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
KEY = re.compile(r"(?P<way>ASC|DESC)\s*\(\s*(?P<variable>[?$]\w+)\s*\)|(?P<alone>[?$]\w+)", re.IGNORECASE)


def numbers_last(query: str) -> str:
    """The query with the numbers after all else in each ORDER BY, as far as its keys are variables."""
    return CLAUSE.sub(lambda clause: KEY.sub(_key, clause["keys"]) if clause["keys"] else clause.group(), query)


def _key(key: re.Match[str]) -> str:
    way, variable = key["way"] or "ASC", key["variable"] or key["alone"]
    return f"{way}(ISNUMERIC({variable})) {key.group()}"
