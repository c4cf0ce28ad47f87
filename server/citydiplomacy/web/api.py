"""``/openapi.json``, and ``/api``: the same for people to read and to try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from citydiplomacy.queries import LANGUAGES, CannedQuery
from citydiplomacy.web.commands import curl
from citydiplomacy.web.openapi import api_document
from citydiplomacy.web.question import handy
from citydiplomacy.web.site import best_language, current_site

blueprint = Blueprint("api", __name__)

ASKED = "SELECT * { ?thing ?property ?value } LIMIT 3"


@dataclass(frozen=True)
class Call:
    """One request that can be made: what OpenAPI says of it, a command that makes it, and addresses to try it at."""

    method: str
    path: str
    operation: dict[str, Any]
    curl: str
    tries: dict[str, str]

    @property
    def anchor(self) -> str:
        return str(self.operation["operationId"])


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """OpenAPI 3.1 of the canned queries, the endpoint and the verdict on data; ``lang=de`` has it in German."""
    asked = request.args.get("lang", "")
    return jsonify(_document(asked if asked in LANGUAGES else "en"))


@blueprint.get("/api")
def api() -> str:
    """The OpenAPI document as a page."""
    document = _document(best_language(request))
    topics = {
        topic: [_canned(document, query) for query in queries]
        for topic, queries in current_site().gallery.topics().items()
    }
    return render_template("api.html", document=document, fixed=list(_fixed(document)), topics=topics)


@blueprint.after_app_request
def announce(response: Response) -> Response:
    """Says of pages about the API, and of its answers, where it is described (RFC 8631)."""
    if request.endpoint in ("home.index", "api.api", "canned.gallery", "canned.query"):
        root = request.script_root
        response.headers.add("Link", f'<{root}/api>; rel="service-doc"; type="text/html"')
        response.headers.add("Link", f'<{root}/openapi.json>; rel="service-desc"; type="application/json"')
    return response


def _document(language: str) -> dict[str, Any]:
    site = current_site()
    server, licence = request.root_url.rstrip("/"), site.vocabulary.licence
    return api_document(site.gallery, site.release.version, server, licence, language)


def _fixed(document: dict[str, Any]) -> Iterator[Call]:
    """The endpoint, and the verdict on data."""
    root, paths = request.root_url, document["paths"]
    query = {"query": ASKED}
    tries = {one: f"/sparql?{urlencode(query | {'format': one})}" for one in ("json", "csv", "tsv", "xml")}
    sent = ["-H", "Content-Type: application/sparql-query", "-H", "Accept: text/csv", "--data", ASKED]
    mine = ["-H", "Accept: application/json", "-F", "file=@mine.trig"]
    asked = curl(root + "sparql", query, ["-H", "Accept: text/csv"])
    yield Call("GET", "/sparql", paths["/sparql"]["get"], asked, {"SPARQL": "/sparql", **tries})
    yield Call("POST", "/sparql", paths["/sparql"]["post"], curl(root + "sparql", {}, sent), {})
    yield Call(
        "POST", "/validate", paths["/validate"]["post"], curl(root + "validate", {}, mine), {"HTML": "/validate"}
    )


def _canned(document: dict[str, Any], query: CannedQuery) -> Call:
    """A canned query; its command asks it with its defaults."""
    stem = f"/queries/{query.name}"
    suffix = handy(query).suffix
    operation = document["paths"][f"{stem}.{suffix}"]["get"]
    values = {one.name: one.default for one in query.parameters if one.default is not None}
    tries = {"HTML": stem} | {one.suffix: f"{stem}.{one.suffix}" for one in query.formats}
    path = f"{stem}.{'|'.join(one.suffix for one in query.formats)}"
    return Call("GET", path, operation, curl(f"{request.root_url}queries/{query.name}.{suffix}", values), tries)
