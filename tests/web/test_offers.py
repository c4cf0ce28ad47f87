"""What forms offer is kept, but not that there was nothing at a busy moment."""

from dataclasses import replace

import pytest
from flask import Flask

from citydiplomacy.asker import Answering, Asker
from citydiplomacy.errors import BadQuery, CityDiplomacyError, Overloaded, QueryTimeout
from citydiplomacy.pool import PoolSettings, Request
from citydiplomacy.web.offers import AGAIN, Offers
from citydiplomacy.web.site import Site


class Troubled:
    """An asker that fails as often as it is told to, then asks another; it counts what it is asked."""

    replaced = 0
    idle = 1

    def __init__(self, asker: Asker, errors: list[CityDiplomacyError]) -> None:
        self.settings: PoolSettings = asker.settings
        self.asked = 0
        self._asker = asker
        self._errors = errors

    def ask(self, request: Request) -> Answering:
        self.asked += 1
        if self._errors:
            raise self._errors.pop(0)
        return self._asker.ask(request)

    def close(self) -> None:
        """Nothing is its own."""


def offered(offers: Offers, site: Site) -> list[str]:
    query = site.gallery.get("people/members")
    return [one.value for one in offers.options(query, query.parameters[0], "en")]


@pytest.mark.parametrize("error", [Overloaded("busy"), QueryTimeout("slow")])
def test_failure_is_not_kept_for_good(app: Flask, error: CityDiplomacyError) -> None:
    now = [0.0]
    site = app.extensions["site"]
    pool = Troubled(site.pool, [error, error])
    offers = Offers(replace(site, pool=pool), lambda: now[0])
    assert offered(offers, site) == []
    assert offered(offers, site) == []
    assert pool.asked == 2, "what fails is not asked again at once"
    now[0] += AGAIN
    assert "chess-club" in offered(offers, site)


def test_answer_is_kept(app: Flask) -> None:
    site = app.extensions["site"]
    pool = Troubled(site.pool, [])
    offers = Offers(replace(site, pool=pool), lambda: 0.0)
    assert "chess-club" in offered(offers, site)
    asked = pool.asked
    assert "chess-club" in offered(offers, site)
    assert pool.asked == asked


def test_query_that_can_not_be_asked_is_not_asked_again(app: Flask) -> None:
    site = app.extensions["site"]
    pool = Troubled(site.pool, [BadQuery("no"), BadQuery("no")])
    now = [0.0]
    offers = Offers(replace(site, pool=pool), lambda: now[0])
    assert offered(offers, site) == []
    now[0] += AGAIN
    assert offered(offers, site) == []
    assert pool.asked == 2


def test_member_of_a_class_is_not_taken_for_an_answer(app: Flask) -> None:
    site = app.extensions["site"]
    query = site.gallery.get("people/members")
    offers = Offers(replace(site, pool=Troubled(site.pool, [Overloaded("busy")])))
    assert "chess-club" in offered(offers, site), "the members of the class are offered instead"
    assert not offers.answers(query, query.parameters[0], "chess-club", "en")
    assert Offers(site).answers(query, query.parameters[0], "chess-club", "en")
