"""``/sparql``: the SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.datastructures import MultiDict

from citydiplomacy.errors import BadParameter, NotAcceptable
from citydiplomacy.media import GRAPHS, HTML, RESULTS, Format, by_suffix, negotiate
from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.sparql import is_update
from citydiplomacy.store import convert
from citydiplomacy.web.site import Site, current_site

blueprint = Blueprint("sparql", __name__)

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


@dataclass(frozen=True)
class Wanted:
    """The formats a client takes, one for each kind of answer; None where it takes none."""

    results: Format | None
    graphs: Format | None


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS"])
def endpoint() -> Response:
    """Answers a query; without one, describes the service (RDF) or shows the editor (HTML)."""
    if request.method == "OPTIONS":
        return _preflight()
    query, parameters = _read_request()
    if query is None:
        return _describe(current_site())
    return answer(
        query,
        wanted_formats(parameters.get("format")),
        default_graphs=tuple(parameters.getlist("default-graph-uri")),
        named_graphs=tuple(parameters.getlist("named-graph-uri")),
        timeout=_seconds(parameters.get("timeout")),
    )


def answer(
    query: str,
    wanted: Wanted,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
    timeout: float | None = None,
) -> Response:
    """The response to a query: its answer streams as the worker sends it; a failure on the way breaks the transfer."""
    if not (wanted.results or wanted.graphs):
        offered = ", ".join(one.media_type for one in (*RESULTS, *GRAPHS))
        raise NotAcceptable(f"Offered are {offered}.")
    asked = PoolRequest(
        query,
        results=wanted.results.name if wanted.results else None,
        graphs=wanted.graphs.name if wanted.graphs else None,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        timeout=timeout,
    )
    result = current_site().pool.ask(asked)
    if request.method == "HEAD":
        result.close()
        return Response(content_type=result.content_type)
    response = Response(iter(result), content_type=result.content_type)
    response.call_on_close(result.close)
    return response


def wanted_formats(name: str | None) -> Wanted:
    """The formats asked for by name (``?format=`` or a suffix), else by the Accept header."""
    if name:
        wanted = Wanted(by_suffix(name, RESULTS), by_suffix(name, GRAPHS))
        if not (wanted.results or wanted.graphs):
            known = ", ".join(one.suffix for one in (*RESULTS, *GRAPHS))
            raise BadParameter(f"There is no format {name!r}; there are: {known}.")
        return wanted
    accept = request.headers.get("Accept")
    return Wanted(negotiate(accept, RESULTS), negotiate(accept, GRAPHS))


def _read_request() -> tuple[str | None, MultiDict[str, str]]:
    """The query (None: none was sent) and the other parameters (section 2.1 of the protocol)."""
    if request.method in ("GET", "HEAD"):
        parameters: MultiDict[str, str] = request.args
    else:
        kind = request.mimetype
        if kind == "application/sparql-query":
            return _utf8(request.get_data()), request.args
        if kind == "application/sparql-update":
            abort(403, "This endpoint is read-only: it takes no updates.")
        if kind != "application/x-www-form-urlencoded":
            abort(415, "POST a form (application/x-www-form-urlencoded) or a query (application/sparql-query).")
        parameters = MultiDict([*request.form.items(multi=True), *request.args.items(multi=True)])
    if "update" in parameters:
        abort(403, "This endpoint is read-only: it takes no updates.")
    queries = parameters.getlist("query")
    if len(queries) > 1:
        abort(400, "There is more than one query parameter.")
    if not queries and request.method == "POST":
        abort(400, "The form has no query parameter.")
    if queries and is_update(queries[0]):
        abort(403, "This endpoint is read-only: it takes no updates.")
    return (queries[0] if queries else None), parameters


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        abort(400, f"The query is not UTF-8: {error.reason} at byte {error.start}.")


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:
        raise BadParameter(f"timeout is a number of seconds above 0, not {text!r}.")
    return seconds


def _preflight() -> Response:
    """What a browser asks before a cross-origin request (https://fetch.spec.whatwg.org/#cors-preflight-fetch)."""
    headers = {
        "Allow": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
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
