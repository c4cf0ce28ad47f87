"""``/sparql``: the SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.datastructures import Headers

from citydiplomacy.errors import NotAcceptable
from citydiplomacy.explaining import explain
from citydiplomacy.media import GRAPHS, HTML, negotiate
from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.store import convert
from citydiplomacy.web.answers import Reply
from citydiplomacy.web.front import OPERATION
from citydiplomacy.web.protocol import METHODS, Operation
from citydiplomacy.web.site import Site, current_site

blueprint = Blueprint("sparql", __name__)
EXPLAIN_SECONDS = 2.0  # for each of the questions that an explanation asks

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS_NAMESPACE = "http://www.w3.org/ns/formats/"
FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "trig": "TriG",
    "nquads": "N-Quads",
}


@blueprint.route("/sparql", methods=METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """Describes the service (RDF) or shows the editor (HTML); queries are answered by ``front``, before this."""
    if request.method == "OPTIONS":
        return _preflight()
    operation = request.environ.get(OPERATION)
    return _explain(current_site(), operation) if operation else _describe(current_site())


def _explain(site: Site, operation: Operation) -> Response:
    """Which pattern of a query leaves no solution, and which of its IRIs are unknown, as JSON."""

    def ask(query: str) -> bool:
        asked = PoolRequest(query, "json", None, operation.default_graphs, operation.named_graphs, EXPLAIN_SECONDS)
        return bool(json.loads(site.pool.ask(asked).read())["boolean"])

    return jsonify(explain(operation.query, ask, site.names, site.known_names).as_json())


def response_of(reply: Reply) -> Response:
    """A reply as Flask sends it."""
    return Response(reply.body, reply.status, Headers(reply.headers))


def _preflight() -> Response:
    """What a browser asks before a cross-origin request (https://fetch.spec.whatwg.org/#cors-preflight-fetch)."""
    headers = {
        "Allow": ", ".join(METHODS),
        "Accept-Query": "application/sparql-query, application/x-www-form-urlencoded",
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": "Accept, Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status=204, headers=headers)


def _describe(site: Site) -> Response:
    """The service description (https://www.w3.org/TR/sparql11-service-description/), or the editor for browsers."""
    chosen = negotiate(request.headers.get("Accept"), (*GRAPHS, HTML))
    if chosen is None:
        raise NotAcceptable("The service description is offered in the RDF formats and as a page.")
    if chosen is HTML:
        return Response(render_template("sparql.html"), mimetype="text/html")
    here = request.base_url
    formats = "".join(f"<{here}> <{SD}resultFormat> <{FORMATS_NAMESPACE}{name}> .\n" for name in FORMAT_NAMES.values())
    facts = (
        f"<{here}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SD}Service> .\n"
        f"<{here}> <{SD}endpoint> <{here}> .\n"
        f"<{here}> <{SD}supportedLanguage> <{SD}SPARQL11Query> .\n"
        f"<{here}> <{SD}defaultDataset> <{here}#dataset> .\n"
        f"<{here}#dataset> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SD}Dataset> .\n"
        f"<{here}#dataset> <{SD}defaultGraph> <{here}#merge> .\n"
        f"<{here}#merge> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SD}Graph> .\n" + formats
    )
    body = convert([facts], chosen.name, {"sd": SD, **site.names.prefixes})
    return Response(body, content_type=chosen.content_type)
