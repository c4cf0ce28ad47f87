"""RDF documents about the whole: catalogue, VoID, event stream, changes, and what crawlers ask for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, render_template, request

from citydiplomacy.media import GRAPHS, HTML, JSON, Format, by_suffix, negotiate
from citydiplomacy.release.describing import MORE_PREFIXES
from citydiplomacy.store import convert, statements_of
from citydiplomacy.web.site import Site, current_site

blueprint = Blueprint("documents", __name__)

TURTLE = GRAPHS[0]
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
SITEMAP_LIMIT = 50_000  # https://www.sitemaps.org/protocol.html


@blueprint.get("/catalog", defaults={"suffix": ""})
@blueprint.get("/catalog.<suffix>")
def catalog(suffix: str) -> Response:
    """The DCAT catalogue: a page, or RDF by Accept or by suffix."""
    site = current_site()
    chosen = chosen_format(suffix, with_page=True)
    if chosen is HTML:
        page = Response(render_template("catalog.html"), mimetype="text/html")
        return conditional(page, alternates("/catalog.", GRAPHS))
    return rdf_response(site, _of_release(site, "catalog.ttl"), chosen, "catalog")


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The VoID description, where crawlers look for it (VoID, section 7.2; RFC 8615)."""
    site = current_site()
    return rdf_response(site, _of_release(site, "void.ttl"), chosen_format("", with_page=False), "")


@blueprint.get("/ldes", defaults={"version": ""})
@blueprint.get("/ldes/<version>")
def stream(version: str) -> Response:
    """The Linked Data Event Stream, or one of its pages; a page never changes."""
    site = current_site()
    path = _of_release(site, f"ldes/{version or 'index'}.ttl")
    response = rdf_response(site, path, chosen_format("", with_page=False), "")
    if version:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/changes")
def changes() -> Response | str:
    """The releases that are kept here, each with its change report."""
    return render_template("changes.html")


@blueprint.get("/changes/<version>")
def changes_of(version: str) -> Response:
    """What a release changed: a page, JSON or RDF."""
    site = current_site()
    known = site.releases.get(version)
    if known is None or not known.previous:
        abort(404, f"There is no change report of {version} here.")
    folder = known.directory / "changes"
    chosen = negotiate(request.headers.get("Accept"), (HTML, JSON, *GRAPHS))
    if chosen is None:
        abort(406, f"Offered are HTML, JSON and {', '.join(one.media_type for one in GRAPHS)}.")
    if chosen in (HTML, JSON):
        return conditional(Response((folder / f"changes.{chosen.suffix}").read_bytes(), mimetype=chosen.media_type))
    return rdf_response(site, folder / "changes.ttl", chosen, "")


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The JSON-LD context of our terms."""
    body = _of_release(current_site(), "context.jsonld").read_bytes()
    return conditional(Response(body, mimetype="application/ld+json"))


@blueprint.get("/logo.svg")
def logo() -> Response:
    """The logo that the ontology's header names."""
    return conditional(Response((Path(__file__).parent / "static" / "logo.svg").read_bytes(), mimetype="image/svg+xml"))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages of everything we know, for search engines."""
    site = current_site()
    base = request.url_root
    fixed = ["", "queries", "ontology", "shapes", "dumps/", "catalog", "changes", "sparql", "api"]
    queries = [f"queries/{name}" for name in site.gallery.queries]
    pages = [f"page/{path}" for iri in site.known_names if (path := page_path(site, iri))]
    date = f"<lastmod>{site.release.issued}</lastmod>" if site.release.issued else ""
    entries = [f"<url><loc>{escape(base + one)}</loc>{date}</url>\n" for one in [*fixed, *queries, *sorted(pages)]]
    listed = "".join(entries[:SITEMAP_LIMIT])
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP}">\n{listed}</urlset>\n'
    return Response(body, mimetype="application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Crawlers may read pages and data, and are asked to leave the endpoint alone."""
    return Response(
        f"User-agent: *\nDisallow: /sparql\nSitemap: {request.url_root}sitemap.xml\n", mimetype="text/plain"
    )


def page_path(site: Site, iri: str) -> str | None:
    """The path below /page of one of our things, passages, documents or graphs; None for other IRIs."""
    names = site.names
    if "#" in iri:
        return None
    if iri.startswith(names.things):
        return iri.removeprefix(names.things)
    ours = (names.passages, names.sources, names.graphs)
    return iri.removeprefix(names.base) if iri.startswith(ours) else None


def chosen_format(suffix: str, *, with_page: bool) -> Format:
    """The format asked for by suffix, else by Accept; 404 for unknown suffixes, 406 where none is accepted."""
    offered = (HTML, *GRAPHS) if with_page else GRAPHS
    chosen = by_suffix(suffix, GRAPHS) if suffix else negotiate(request.headers.get("Accept"), offered)
    if chosen is None:
        listed = ", ".join(one.suffix if suffix else one.media_type for one in offered)
        abort(404 if suffix else 406, f"Offered are {listed}.")
    return chosen


def rdf_response(site: Site, path: Path, chosen: Format, name: str) -> Response:
    """A Turtle file of the release in the syntax chosen, with links to the others where it has names by suffix."""
    data = path.read_bytes()
    if chosen is not TURTLE:
        lines = (" ".join(part for part in one if part) + " .\n" for one in statements_of(data, "turtle"))
        data = convert(lines, chosen.name, site.names.prefixes | MORE_PREFIXES)
    return conditional(
        Response(data, content_type=chosen.content_type), alternates(f"/{name}.", GRAPHS) if name else ()
    )


def alternates(stem: str, formats: Iterable[Format]) -> list[str]:
    """``Link`` values for the same thing in other formats (RFC 8288)."""
    root = request.script_root
    return [f'<{root}{stem}{one.suffix}>; rel="alternate"; type="{one.media_type}"' for one in formats]


def conditional(response: Response, links: Iterable[str] = ()) -> Response:
    """The response with Link headers and an ETag, or 304 where the client has it."""
    for link in links:
        response.headers.add("Link", link)
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _of_release(site: Site, name: str) -> Path:
    path = site.release.directory / name
    if not path.is_file() or not path.resolve().is_relative_to(site.release.directory.resolve()):
        abort(404, f"This release has no {name}.")
    return path
