"""Linked data: every IRI below our base answers with 303 to a page about it or to its data (Cool URIs, section 4.2)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from citydiplomacy.errors import UnknownThing
from citydiplomacy.findings import closest
from citydiplomacy.media import GRAPHS, HTML, by_suffix, negotiate
from citydiplomacy.store import convert
from citydiplomacy.web.site import Site, best_language, current_site

blueprint = Blueprint("things", __name__)

KINDS = ("passage", "source", "graph")
FACTS_SHOWN = 2000


@dataclass(frozen=True)
class Fact:
    """One statement as a page shows it: the other end, its label, and the graphs that say it."""

    value: str
    label: str
    is_iri: bool
    graphs: tuple[str, ...]


@blueprint.get("/id/<name>", defaults={"kind": "id"})
@blueprint.get("/<any(passage, source, graph):kind>/<path:name>")
def thing(kind: str, name: str) -> Response:
    """303 See Other: to the page for browsers, to the data for the rest; 404 where nothing is known."""
    iri = f"{current_site().names.base}{kind}/{name}"
    _known(current_site(), iri, name)
    chosen = negotiate(request.headers.get("Accept"), (HTML, *GRAPHS))
    if chosen is None:
        abort(406, f"Offered are HTML and {', '.join(one.media_type for one in GRAPHS)}.")
    path = name if kind == "id" else f"{kind}/{name}"
    if chosen is HTML:
        return redirect(url_for("things.page", path=path), 303)  # type: ignore[return-value]
    return redirect(url_for("things.data", path=f"{path}.{chosen.suffix}"), 303)  # type: ignore[return-value]


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """What is known of a thing, each fact with the passages that say it."""
    site = current_site()
    iri = _iri(site, path)
    _known(site, iri, path)
    language = best_language(request)
    html = render_template(
        "thing.html",
        iri=iri,
        path=path,
        labels=_labels(site, iri),
        facts=_facts(site, iri, language, outgoing=True),
        incoming=_facts(site, iri, language, outgoing=False),
        claims=_claims(site, iri, language) if path.startswith(("passage/", "graph/")) else [],
        suffixes=[one.suffix for one in GRAPHS],
    )
    response = Response(html, mimetype="text/html")
    response.headers["Link"] = (
        f'<{iri}>; rel="canonical", <{url_for("things.data", path=path + ".ttl")}>; rel="alternate"'
    )
    return response


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """The statements about a thing, or in a passage, with their graphs where the syntax has them."""
    site = current_site()
    stem, _, suffix = path.rpartition(".")
    chosen = by_suffix(suffix, GRAPHS)
    if chosen is None:
        abort(404, f"Data is offered as {', '.join(one.suffix for one in GRAPHS)}.")
    iri = _iri(site, stem)
    rows = site.rows(
        f"SELECT ?s ?p ?o ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?s = <{iri}> || ?g = <{iri}> || ?o = <{iri}>) }}"
        if stem.startswith(("passage/", "graph/"))
        else f"SELECT ?s ?p ?o ?g WHERE {{ {{ GRAPH ?g {{ <{iri}> ?p ?o }} BIND(<{iri}> AS ?s) }} UNION "
        f"{{ GRAPH ?g {{ ?s ?p <{iri}> }} BIND(<{iri}> AS ?o) }} }}"
    )
    if not rows:
        raise _unknown(site, iri, stem)
    lines = sorted({" ".join(_term(row[name]) for name in ("s", "p", "o", "g")) + " .\n" for row in rows})
    return Response(convert(lines, chosen.name, site.names.prefixes), content_type=chosen.content_type)


def _iri(site: Site, path: str) -> str:
    """The IRI that a path below /page or /data is about; 404 for a path that no IRI can have."""
    if any(character in path for character in '<>"{}|\\^`') or any(ord(character) <= 32 for character in path):
        abort(404, "No IRI has such characters.")
    return site.names.base + (path if path.startswith(tuple(f"{kind}/" for kind in KINDS)) else f"id/{path}")


def _known(site: Site, iri: str, name: str) -> None:
    if any(character in iri for character in '<>"{}|\\^` \n\r\t'):
        abort(404, "No IRI has such characters.")
    rows = site.rows(f"SELECT ?p WHERE {{ {{ <{iri}> ?p ?o }} UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} }} LIMIT 1")
    if not rows:
        raise _unknown(site, iri, name)


def _unknown(site: Site, iri: str, name: str) -> UnknownThing:
    things = site.names.things
    hint = closest(name, [iri.removeprefix(things) for iri in site.known_names if iri.startswith(things)])
    return UnknownThing(f"Nothing is known of {iri}. {hint}".strip(), hint=hint or None)


def _labels(site: Site, iri: str) -> dict[str, str]:
    rows = site.rows(
        f"SELECT ?label WHERE {{ <{iri}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }} ORDER BY LANG(?label)"
    )
    return {row["label"].get("xml:lang", ""): row["label"]["value"] for row in rows}


def _facts(site: Site, iri: str, language: str, *, outgoing: bool) -> dict[str, list[Fact]]:
    """The facts about a thing by property; ``outgoing`` ones start at it, the others end at it."""
    pattern = f"<{iri}> ?property ?value" if outgoing else f"?value ?property <{iri}>"
    rows = site.rows(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?property ?propertyLabel ?value ?label ?graph "
        f"WHERE {{ GRAPH ?graph {{ {pattern} }} "
        f'OPTIONAL {{ ?value rdfs:label ?label FILTER(LANG(?label) = "{language}") }} '
        f'OPTIONAL {{ ?property rdfs:label ?propertyLabel FILTER(LANG(?propertyLabel) = "{language}") }} }} '
        f"ORDER BY ?propertyLabel ?property ?label ?value ?graph LIMIT {FACTS_SHOWN}"
    )
    return _grouped(site, rows)


def _grouped(site: Site, rows: list[dict[str, Any]]) -> dict[str, list[Fact]]:
    graphs: dict[tuple[str, str, str, bool], list[str]] = defaultdict(list)
    for row in rows:
        prop = row.get("propertyLabel", {}).get("value") or site.names.shorten(row["property"]["value"])
        value = row["value"]
        shown = row.get("label", {}).get("value") or _shown(site, value)
        graphs[prop, value["value"], shown, value["type"] == "uri"].append(row["graph"]["value"])
    facts: dict[str, list[Fact]] = defaultdict(list)
    for (prop, value, shown, is_iri), stated in graphs.items():
        facts[prop].append(Fact(value, shown, is_iri, tuple(dict.fromkeys(stated))))
    return facts


def _shown(site: Site, value: dict[str, str]) -> str:
    if value["type"] == "uri":
        return site.names.shorten(value["value"]).strip("<>")
    tag = value.get("xml:lang")
    return f"{value['value']} ({tag})" if tag else value["value"]


def _claims(site: Site, iri: str, language: str) -> list[list[dict[str, str]]]:
    """What a passage says: rows of three cells (text, and the IRI behind it)."""
    rows = site.rows(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?s ?sl ?p ?pl ?o ?ol WHERE "
        f"{{ GRAPH <{iri}> {{ ?s ?p ?o }} "
        f'OPTIONAL {{ ?s rdfs:label ?sl FILTER(LANG(?sl) = "{language}") }} '
        f'OPTIONAL {{ ?p rdfs:label ?pl FILTER(LANG(?pl) = "{language}") }} '
        f'OPTIONAL {{ ?o rdfs:label ?ol FILTER(LANG(?ol) = "{language}") }} }} '
        f"ORDER BY ?sl ?s ?pl ?p ?ol ?o LIMIT {FACTS_SHOWN}"
    )

    def cell(row: dict[str, Any], name: str) -> dict[str, str]:
        value = row[name]
        text = row.get(f"{name}l", {}).get("value") or _shown(site, value)
        return {"text": text, "iri": value["value"] if value["type"] == "uri" else ""}

    return [[cell(row, name) for name in ("s", "p", "o")] for row in rows]


def _term(value: dict[str, str]) -> str:
    """A term of SPARQL JSON in N-Quads syntax."""
    if value["type"] == "uri":
        return f"<{value['value']}>"
    if value["type"] == "bnode":
        return f"_:{value['value']}"
    text = value["value"].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if "xml:lang" in value:
        return f'"{text}"@{value["xml:lang"]}'
    return f'"{text}"^^<{value["datatype"]}>' if "datatype" in value else f'"{text}"'
