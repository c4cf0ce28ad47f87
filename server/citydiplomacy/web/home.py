"""The front page and the server's health."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, send_file

from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.web.metering import CONTENT_TYPE
from citydiplomacy.web.site import current_site

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    """What is here, in figures, and the ways in."""
    site = current_site()
    counts = site.rows(
        f"PREFIX cd: <{site.names.ontology}#> SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE "
        "{ ?thing a ?class . FILTER(STRSTARTS(STR(?class), STR(cd:))) } GROUP BY ?class"
    )
    figures = {row["class"]["value"].rpartition("#")[2]: int(row["n"]["value"]) for row in counts if "class" in row}
    return render_template("home.html", figures=figures)


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


@blueprint.get("/ontology.<suffix>")
def ontology_file(suffix: str) -> Response:
    """The ontology as it stands in the release (Turtle)."""
    if suffix != "ttl":
        abort(404, "The ontology is offered as /ontology.ttl.")
    return send_file(current_site().release.directory / "ontology.ttl", mimetype="text/turtle")
