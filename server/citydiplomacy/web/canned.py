"""``/queries``: the gallery, a page with form and answer for each canned query, and the answer itself as data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for

from citydiplomacy.examples import examples_graph
from citydiplomacy.media import GRAPHS, HTML, JSON, RESULTS, by_suffix, negotiate
from citydiplomacy.queries import CannedQuery
from citydiplomacy.web.front import conditions
from citydiplomacy.web.known import current_known
from citydiplomacy.web.protocol import Operation, Wanted, request_of
from citydiplomacy.web.question import asked, question_page
from citydiplomacy.web.site import best_language, current_site
from citydiplomacy.web.sparql import response_of

blueprint = Blueprint("canned", __name__)

GALLERY = 60  # queries that a search of the gallery finds at most


@blueprint.get("/queries")
def gallery() -> Response | str:
    """All canned queries by topic, as a page or as JSON."""
    site = current_site()
    chosen = negotiate(request.headers.get("Accept"), (HTML, JSON))
    if chosen is JSON:
        return jsonify([describe(query) for query in site.gallery.queries.values()])
    text = request.args.get("find", "")
    if not text:
        return render_template("gallery.html", topics=site.gallery.topics())
    found = [site.gallery.queries[hit.entry.iri] for hit in current_known().queries.search(text, GALLERY)]
    return render_template("gallery.html", topics={"": found} if found else {})


@blueprint.get("/queries/<topic>/<name>")
def query(topic: str, name: str) -> Response | str:
    """One canned query: by suffix or by Accept its answer as data, else a page with its form and its answer."""
    site = current_site()
    stem, _, suffix = name.partition(".")
    canned = site.gallery.get(f"{topic}/{stem}")
    offered = canned.formats
    described = () if offered is GRAPHS else GRAPHS
    accepted = (HTML, *offered, *described)
    chosen = by_suffix(suffix, offered) if suffix else negotiate(request.headers.get("Accept"), accepted)
    if chosen and chosen in described:  # RDF of a query that answers with a table: the query as linked data
        return redirect(url_for("things.data", path=f"queries/{canned.name}.{chosen.suffix}"), 303)  # type: ignore[return-value]
    if suffix == "rq":
        return Response(canned.text, mimetype="application/sparql-query")
    if suffix and chosen is None:
        abort(404, f"There is no .{suffix} of this query; there are: {', '.join(one.suffix for one in offered)}.")
    if chosen is None:
        abort(406, f"Offered are HTML and {', '.join(one.media_type for one in offered)}.")
    if chosen is HTML:
        language = best_language(request)
        return question_page(site, current_known(), asked(site, canned, request.args, language), language)
    values = {key: value for key, value in request.args.items() if value and key != "lang"}
    bound = canned.bind(values, site.names)
    wanted = Wanted(chosen, None) if offered is RESULTS else Wanted(None, chosen)
    reply = site.answers.answer(request_of(Operation(bound), wanted), conditions(request.environ))
    return response_of(reply)


@blueprint.get("/sparql/.well-known/sparql-examples")
def examples() -> Response:
    """The canned queries as RDF, where SPARQL editors look for them."""
    site = current_site()
    chosen = negotiate(request.headers.get("Accept"), GRAPHS)
    if chosen is None:
        abort(406, f"Offered are {', '.join(one.media_type for one in GRAPHS)}.")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{examples_graph(site.names)}> {{ ?s ?p ?o }} }}"
    reply = site.answers.answer(request_of(Operation(query), Wanted(None, chosen)), conditions(request.environ))
    return response_of(reply)


def describe(canned: CannedQuery) -> dict[str, Any]:
    """A canned query as JSON: what it answers and what it can be asked with."""
    return {
        "name": canned.name,
        "title": canned.title,
        "question": canned.question,
        "competency": canned.competency,
        "columns": canned.columns,
        "parameters": [
            {
                "name": one.name,
                "type": str(one.kind),
                "label": one.label,
                "default": one.default,
                "allowed": one.allowed or None,
                "class": one.class_name,
                "required": one.required,
            }
            for one in canned.parameters
        ],
    }
