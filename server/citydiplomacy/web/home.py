"""The front page and the server's health."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.queries import CannedQuery
from citydiplomacy.web.known import Known, current_known
from citydiplomacy.web.metering import CONTENT_TYPE
from citydiplomacy.web.pictures import views, years
from citydiplomacy.web.question import answer_table, asked, picture_context
from citydiplomacy.web.site import Site, best_language, current_site

blueprint = Blueprint("home", __name__)


PICTURES = (  # canned queries that the front page shows a picture of, where the repository has them and they fit
    ("map", "actors/globally-active-cities"),
    ("network", "actors/network-of-networks"),
    ("timeline", "forums/chronology"),
)
YEARS = range(2004, 2029)  # what the front page's timeline shows: the time that city diplomacy is spoken of


@dataclass(frozen=True)
class Picture:
    """One picture of the front page: its canned query, how it is shown, and its figures."""

    query: CannedQuery
    view: str
    figures: dict[str, Any]


@blueprint.get("/")
def index() -> str:
    """What is here, in figures and pictures, and the ways in."""
    site, known, language = current_site(), current_known(), best_language(request)
    return render_template("home.html", figures=known.figures, pictures=list(_pictures(site, known, language)))


def _pictures(site: Site, known: Known, language: str) -> Iterator[Picture]:
    for view, name in PICTURES:
        query = site.gallery.queries.get(name)
        table = answer_table(site, known, asked(site, query, {}, language), language) if query else None
        if query and table and view in views(table):
            figures = {"years": years(table, YEARS)} if view == "timeline" else picture_context(table, view, "")
            yield Picture(query, view, figures)


@blueprint.get("/health")
def health() -> Response:
    """Alive, and ready: a worker answers. 503 (by the pool) where none does."""
    site = current_site()
    site.pool.ask(PoolRequest("ASK {}", results="json")).read()
    return jsonify(status="ok", release=site.release.version, statements=site.release.statements)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Requests, times and workers in figures, in Prometheus's text format."""
    return Response(current_site().meter.text(), content_type=CONTENT_TYPE)
