"""``/queries``: the gallery, a page with form and answer for each canned query, and the answer itself as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, render_template, request

from citydiplomacy.examples import examples_graph
from citydiplomacy.media import GRAPHS, HTML, RESULTS, Format, by_suffix, negotiate
from citydiplomacy.parameters import Parameter
from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.queries import LANGUAGES, CannedQuery
from citydiplomacy.web.front import conditions, request_of
from citydiplomacy.web.openapi import api_document
from citydiplomacy.web.protocol import Operation, Wanted
from citydiplomacy.web.site import Site, best_language, current_site
from citydiplomacy.web.sparql import response_of

blueprint = Blueprint("canned", __name__)

OFFERED = 500  # members of a class offered in a form


@dataclass(frozen=True)
class Option:
    """One value a form offers."""

    value: str
    label: str


@dataclass(frozen=True)
class Cell:
    """One cell of a result table: its text, and the IRI behind it where there is one."""

    text: str
    iri: str | None = None


@blueprint.get("/queries")
def gallery() -> Response | str:
    """All canned queries by topic, as a page or as JSON."""
    site = current_site()
    json_format = Format("json", "json", "application/json")
    chosen = negotiate(request.headers.get("Accept"), (HTML, json_format))
    if chosen is json_format:
        return jsonify([describe(query) for query in site.gallery.queries.values()])
    return render_template("gallery.html", topics=site.gallery.topics())


@blueprint.get("/queries/<topic>/<name>")
def query(topic: str, name: str) -> Response | str:
    """One canned query: by suffix or by Accept its answer as data, else a page with its form and its answer."""
    site = current_site()
    stem, _, suffix = name.partition(".")
    canned = site.gallery.get(f"{topic}/{stem}")
    offered = GRAPHS if canned.form in ("CONSTRUCT", "DESCRIBE") else RESULTS
    chosen = by_suffix(suffix, offered) if suffix else negotiate(request.headers.get("Accept"), (HTML, *offered))
    if suffix == "rq":
        return Response(canned.text, mimetype="application/sparql-query")
    if suffix and chosen is None:
        abort(404, f"There is no .{suffix} of this query; there are: {', '.join(one.suffix for one in offered)}.")
    if chosen is None:
        abort(406, f"Offered are HTML and {', '.join(one.media_type for one in offered)}.")
    values = {key: value for key, value in request.args.items() if value and key != "lang"}
    bound = canned.bind(values, site.names)
    if chosen is HTML:
        return _page(site, canned, values, bound)
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


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """OpenAPI 3.1 of the canned queries and the endpoint."""
    site = current_site()
    return jsonify(api_document(site.gallery, site.release.version, request.root_url.rstrip("/")))


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


def _page(site: Site, canned: CannedQuery, values: dict[str, str], bound: str) -> str:
    language = best_language(request)
    columns: list[str] = []
    rows: list[list[Cell]] = []
    text = ""
    if canned.form == "SELECT":
        reply = json.loads(site.pool.ask(PoolRequest(bound, results="json")).read())
        columns, rows = table(reply["head"]["vars"], reply["results"]["bindings"])
    else:
        text = site.pool.ask(PoolRequest(bound, results="json", graphs="turtle")).read().decode()
    return render_template(
        "query.html",
        query=canned,
        values={one.name: values.get(one.name, one.default or "") for one in canned.parameters},
        options={one.name: options(site, one, language) for one in canned.parameters},
        columns=columns,
        rows=rows,
        text=text,
        bound=bound.strip(),
        suffixes=[one.suffix for one in (RESULTS if canned.form in ("SELECT", "ASK") else GRAPHS)],
        query_string=urlencode(values),
    )


def table(variables: list[str], bindings: list[dict[str, dict[str, str]]]) -> tuple[list[str], list[list[Cell]]]:
    """Columns and cells for people: ``?xLabel`` is shown as the text of ``?x``'s link, not in a column of its own."""
    shown = [name for name in variables if not (name.endswith("Label") and name.removesuffix("Label") in variables)]
    return shown, [[_cell(name, row) for name in shown] for row in bindings]


def options(site: Site, parameter: Parameter, language: str) -> list[Option]:
    """The values a form offers for a parameter: its allowed ones, languages, or the members of its class."""
    if parameter.allowed:
        return [Option(value, value) for value in parameter.allowed]
    if parameter.kind == "language":
        return [Option(value, value) for value in LANGUAGES]
    if not parameter.class_name:
        return []
    rows = site.rows(
        f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT DISTINCT ?thing ?label WHERE "
        f"{{ ?thing a <{site.names.term(parameter.class_name)}> ; rdfs:label ?label . "
        f'FILTER(LANG(?label) = "{language}") }} ORDER BY LCASE(?label) ?thing LIMIT {OFFERED}'
    )
    things = site.names.things
    return [Option(row["thing"]["value"].removeprefix(things), row["label"]["value"]) for row in rows]


def _cell(name: str, row: dict[str, dict[str, str]]) -> Cell:
    value = row.get(name)
    label = row.get(f"{name}Label")
    if value is None:
        return Cell("")
    if value["type"] == "uri":
        return Cell(label["value"] if label else _short(value["value"]), value["value"])
    return Cell(value["value"], value["value"] if value.get("datatype", "").endswith("#anyURI") else None)


def _short(iri: str) -> str:
    return current_site().names.shorten(iri).strip("<>")
