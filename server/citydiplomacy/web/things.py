"""Linked data: every IRI below our base answers with 303 to a page about it or to its data (Cool URIs, section 4.2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from citydiplomacy.errors import UnknownThing
from citydiplomacy.findings import closest
from citydiplomacy.media import GRAPHS, HTML, by_suffix, negotiate
from citydiplomacy.names import DCTERMS
from citydiplomacy.nquads import iri as iri_term
from citydiplomacy.nquads import literal
from citydiplomacy.store import convert
from citydiplomacy.web.documents import alternates, conditional
from citydiplomacy.web.facts import claims, incoming, kinds, outgoing, timeline
from citydiplomacy.web.known import Known, current_known
from citydiplomacy.web.markup import thing_markup
from citydiplomacy.web.places import Place, places
from citydiplomacy.web.site import Site, best_language, current_site
from citydiplomacy.web.telling import claims_of
from citydiplomacy.web.withdrawn import refuse_withdrawn

blueprint = Blueprint("things", __name__)

KINDS = ("passage", "source", "graph", "queries")
HOLDERS = ("passage/", "graph/", "source/")  # these are graphs, and their data is what stands in them, too


@blueprint.get("/id/<name>", defaults={"kind": "id"})
@blueprint.get("/<any(passage, source, graph):kind>/<path:name>")
def thing(kind: str, name: str) -> Response:
    """303 See Other: to the page for browsers, to the data for the rest; 404 where nothing is known, 410 withdrawn."""
    path = name if kind == "id" else f"{kind}/{name}"
    iri = known_iri(current_site(), path)
    chosen = negotiate(request.headers.get("Accept"), (HTML, *GRAPHS))
    if chosen is None:
        abort(406, f"Offered are HTML and {', '.join(one.media_type for one in GRAPHS)}.")
    target = (
        url_for("things.page", path=path) if chosen is HTML else url_for("things.data", path=f"{path}.{chosen.suffix}")
    )
    response = redirect(target, 303)
    for link in _links(iri, path):
        response.headers.add("Link", link)
    return response  # type: ignore[return-value]


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """What is known of a thing, each fact with the passages that say it."""
    site, known = current_site(), current_known()
    iri = known_iri(site, path)
    language = best_language(request)
    place = places(known, {iri}, language)[iri] if path.startswith("passage/") else None
    html = render_template(
        "thing.html",
        iri=iri,
        path=path,
        name=place.label if place else known.label(iri, language),
        kinds=kinds(known, iri, language),
        groups=outgoing(known, iri, language),
        incoming=incoming(known, iri, language),
        moments=timeline(known, iri, language),
        claims=claims(known, iri, language) if path.startswith("graph/") else [],
        place=place,
        **(_passage(known, place, language) if place else {}),
        markup=thing_markup(site, iri, request.url_root),
    )
    return conditional(Response(html, mimetype="text/html"), _links(iri, path))


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """The statements about a thing, or in a passage, with their graphs where the syntax has them."""
    site = current_site()
    stem, _, suffix = path.rpartition(".")
    chosen = by_suffix(suffix, GRAPHS)
    if chosen is None:
        abort(404, f"Data is offered as {', '.join(one.suffix for one in GRAPHS)}.")
    iri = known_iri(site, stem)
    about = (
        f"{{ GRAPH ?g {{ <{iri}> ?p ?o }} BIND(<{iri}> AS ?s) }} "
        f"UNION {{ GRAPH ?g {{ ?s ?p <{iri}> }} BIND(<{iri}> AS ?o) }}"
    )
    within = f" UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} BIND(<{iri}> AS ?g) }}" if stem.startswith(HOLDERS) else ""
    rows = site.rows(f"SELECT ?s ?p ?o ?g WHERE {{ {about}{within} }}")
    lines = sorted({" ".join(_term(row[name]) for name in ("s", "p", "o", "g")) + " .\n" for row in rows})
    if stem.startswith("graph/"):
        slice_iri = f"{site.names.base}catalog#{stem.removeprefix('graph/')}"
        lines.append(f"<{iri}> <{DCTERMS}isPartOf> <{slice_iri}> <{iri}> .\n")
    body = convert(lines, chosen.name, site.names.prefixes)
    return conditional(Response(body, content_type=chosen.content_type), _links(iri, stem))


def _passage(known: Known, place: Place, language: str) -> dict[str, Any]:
    """What a passage claims, and where in its document it stands."""
    outline = known.outline(place.document) if place.document else None
    return {
        "told": claims_of(known, [place.iri], language)[place.iri],
        "document": known.label(place.document, language),
        "page_number": outline.page_of.get(place.iri) if outline else None,
    }


def known_iri(site: Site, path: str) -> str:
    """The IRI that a path below /page or /data is about.

    404 for a path that no IRI can have, UnknownThing where nothing is known of it, Withdrawn where that is over.
    """
    if any(character in path for character in '<>"{}|\\^`') or any(ord(character) <= 32 for character in path):
        abort(404, "No IRI has such characters.")
    iri = site.names.base + (path if path.startswith(tuple(f"{kind}/" for kind in KINDS)) else f"id/{path}")
    refuse_withdrawn(site, iri)
    rows = site.rows(
        f"SELECT ?p WHERE {{ {{ <{iri}> ?p ?o }} UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} "
        f"UNION {{ ?s ?p <{iri}> }} }} LIMIT 1"
    )
    if not rows:
        raise _unknown(site, iri, path)
    return iri


def _unknown(site: Site, iri: str, name: str) -> UnknownThing:
    things = site.names.things
    hint = closest(name, [iri.removeprefix(things) for iri in site.known_names if iri.startswith(things)])
    return UnknownThing(f"Nothing is known of {iri}.", hint=hint or None)


def _links(iri: str, path: str) -> list[str]:
    """``Link`` values: the IRI itself, its page, its data in every syntax, and what describes it."""
    root = request.script_root
    return [
        f'<{iri}>; rel="canonical"',
        f'<{root}/page/{path}>; rel="alternate"; type="text/html"',
        *alternates(f"/data/{path}.", GRAPHS),
        f'<{root}/data/{path}.ttl>; rel="describedby"; type="text/turtle"',
    ]


def _term(value: dict[str, str]) -> str:
    """A term of SPARQL JSON in N-Quads syntax."""
    if value["type"] == "uri":
        return iri_term(value["value"])
    if value["type"] == "bnode":
        return f"_:{value['value']}"
    return literal(value["value"], language=value.get("xml:lang", ""), datatype=value.get("datatype", ""))
