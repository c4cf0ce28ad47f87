"""``/sparql``: the SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.datastructures import Headers

from citydiplomacy.errors import BadParameter, BadRequest, NotAcceptable
from citydiplomacy.explaining import explain
from citydiplomacy.media import GRAPHS, HTML, by_suffix, negotiate
from citydiplomacy.store import convert
from citydiplomacy.web.answers import Reply
from citydiplomacy.web.description import PREFIXES, description
from citydiplomacy.web.front import OPERATION
from citydiplomacy.web.known import Known, current_known
from citydiplomacy.web.protocol import METHODS, TAKEN, Operation
from citydiplomacy.web.question import asked, own_answer_page
from citydiplomacy.web.site import Site, best_language, current_site

blueprint = Blueprint("sparql", __name__)
EXAMPLES = ("actors/who-leads",)  # what the editor shows at first, where the repository has it
EDITOR_POLICY = (  # the editor's result table writes style attributes and has its icons in its style sheet
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
FORMAT_SUFFIXES = [one.suffix for one in GRAPHS]


@blueprint.route("/sparql", methods=METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """Describes the service (RDF) or shows the editor (HTML); queries are answered by ``front``, before this."""
    if request.method == "OPTIONS":
        return _preflight()
    operation = request.environ.get(OPERATION)
    return _explain(current_site(), operation) if operation else _describe(current_site())


@blueprint.get("/answer")
def answer() -> str:
    """The answer to ``query`` as a page: a table, or a picture of it."""
    query = request.args.get("query", "")
    if not query.strip():
        raise BadRequest("There is no query: say it as ?query=...")
    return own_answer_page(current_site(), current_known(), query, best_language(request))


def _text(known: Known) -> str:
    """What stands in the editor at first: the canned query that ``edit`` names, with its values, or an example."""
    site, language, name = known.site, best_language(request), request.args.get("edit")
    if name:
        values = {key: value for key, value in request.args.items() if key not in ("edit", "format")}
        return asked(site, site.gallery.get(name), values, language).bound.strip()
    example = next((one for one in EXAMPLES if one in site.gallery.queries), next(iter(site.gallery.queries), None))
    return asked(site, site.gallery.get(example), {}, language).bound.strip() if example else "ASK {}"


def _explain(site: Site, operation: Operation) -> Response:
    """Which pattern of a query leaves no solution, and which of its IRIs are unknown, as JSON."""

    def ask(query: str) -> bool:
        return site.holds(query, operation.default_graphs, operation.named_graphs)

    return jsonify(explain(operation.query, ask, site.names, site.known_names).as_json())


def response_of(reply: Reply) -> Response:
    """A reply as Flask sends it."""
    return Response(reply.body, reply.status, Headers(reply.headers))


def _preflight() -> Response:
    """What a browser asks before a cross-origin request (https://fetch.spec.whatwg.org/#cors-preflight-fetch).

    Any header may come along: nobody is known here by a cookie or a password, so none can be misused.
    """
    headers = {
        "Allow": ", ".join(METHODS),
        "Accept-Query": TAKEN["Accept-Query"],
        "Access-Control-Allow-Methods": ", ".join(METHODS),
        "Access-Control-Allow-Headers": request.headers.get("Access-Control-Request-Headers", "Accept, Content-Type"),
        "Access-Control-Max-Age": "86400",
        "Vary": "Access-Control-Request-Headers",
    }
    response = Response(status=204, headers=headers)
    del response.headers["Content-Type"]  # there is no content
    return response


def _describe(site: Site) -> Response:
    """The service description in RDF, or the editor for browsers."""
    name = request.args.get("format")
    chosen = by_suffix(name, GRAPHS) if name else negotiate(request.headers.get("Accept"), (*GRAPHS, HTML))
    if chosen is None and name:
        raise BadParameter(f"The service description has no format {name!r}; it has: {', '.join(FORMAT_SUFFIXES)}.")
    if chosen is None:
        raise NotAcceptable("The service description is offered in the RDF formats and as a page.")
    if chosen is HTML:
        html = render_template("sparql.html", text=_text(current_known()), prefixes=site.names.prefixes)
        return Response(html, mimetype="text/html", headers={"Content-Security-Policy": EDITOR_POLICY})
    body = convert(description(site, request.base_url), chosen.name, PREFIXES)
    return Response(body, content_type=chosen.content_type)
