"""What forms offer for the parameters of canned queries: asked of the release once, and kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from citydiplomacy.choices import MOST, choices_query, members_query
from citydiplomacy.errors import CityDiplomacyError, EngineFailed, Overloaded, QueryTimeout
from citydiplomacy.parameters import Kind, Parameter
from citydiplomacy.queries import LANGUAGES, CannedQuery
from citydiplomacy.web.site import BRIEFLY, Site

FOR_NOW = (EngineFailed, Overloaded, QueryTimeout)  # what may be over in a moment
AGAIN = 60.0  # seconds until what failed for now is asked again: what is always slow must not hold up every page


@dataclass(frozen=True)
class Option:
    """One value a form offers."""

    value: str
    label: str


@dataclass(frozen=True)
class Offer:
    """What a form offers, whether because the query has answers for it, and until when that is known."""

    options: tuple[Option, ...]
    answered: bool
    until: float


class Offers:
    """The options of one site's forms, by query, parameter and language."""

    def __init__(self, site: Site, clock: Callable[[], float] = time.monotonic) -> None:
        self._site = site
        self._clock = clock
        self._kept: dict[tuple[str, str, str], Offer] = {}

    def has(self, query: CannedQuery, parameter: Parameter, language: str) -> bool:
        """Whether the options are known, so that nothing has to be asked for them."""
        kept = self._kept.get((query.name, parameter.name, language))
        return kept is not None and self._clock() < kept.until

    def options(self, query: CannedQuery, parameter: Parameter, language: str) -> tuple[Option, ...]:
        """The values for a parameter: those allowed, languages, what has answers, or members of its class."""
        if parameter.allowed or parameter.kind == Kind.LANGUAGE:
            return tuple(Option(value, value) for value in parameter.allowed or LANGUAGES)
        return self._offer(query, parameter, language).options

    def answers(self, query: CannedQuery, parameter: Parameter, value: str, language: str) -> bool:
        """Whether the query is known to have an answer for a value."""
        offer = self._offer(query, parameter, language)
        return offer.answered and any(one.value == value for one in offer.options)

    def _offer(self, query: CannedQuery, parameter: Parameter, language: str) -> Offer:
        if not self.has(query, parameter, language):
            self._kept[query.name, parameter.name, language] = self._ask(query, parameter, language)
        return self._kept[query.name, parameter.name, language]

    def _ask(self, query: CannedQuery, parameter: Parameter, language: str) -> Offer:
        rows, whole = self._rows(choices_query(query, parameter, language, self._site.names))
        answered = bool(rows)
        if not rows:
            rows, also_whole = self._rows(members_query(parameter, language, self._site.names))
            whole = whole and also_whole
        options = [self._option(row) for row in rows] if len(rows) < MOST else []
        options.sort(key=lambda option: (option.label.casefold(), option.value))
        return Offer(tuple(options), answered, math.inf if whole else self._clock() + AGAIN)

    def _rows(self, query: str | None) -> tuple[list[dict[str, Any]], bool]:
        """The rows of a query, none where there is no query or it fails; and whether that is so for good."""
        try:
            return (self._site.rows(query, BRIEFLY) if query else []), True
        except CityDiplomacyError as error:
            return [], not isinstance(error, FOR_NOW)

    def _option(self, row: dict[str, Any]) -> Option:
        value = row["choice"]["value"].removeprefix(self._site.names.things)
        return Option(value, row["label"]["value"] if "label" in row else self._site.names.shorten(value).strip("<>"))
