"""``/ontology`` and ``/shapes``: documentation for people, RDF for the rest; a term's IRI leads here by its hash."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from citydiplomacy.canonical import canonical_lines
from citydiplomacy.media import GRAPHS, HTML
from citydiplomacy.nquads import literal_of
from citydiplomacy.store import convert
from citydiplomacy.web.diagrams import module_diagram
from citydiplomacy.web.documents import alternates, chosen_format, conditional, rdf_response
from citydiplomacy.web.known import current_known
from citydiplomacy.web.site import Site, best_language, current_site
from citydiplomacy.web.terms import KINDS, LINKS

blueprint = Blueprint("vocabulary", __name__)


@blueprint.get("/ontology", defaults={"suffix": ""})
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str) -> Response:
    """The ontology: its documentation, or itself in any RDF syntax."""
    site = current_site()
    chosen = chosen_format(suffix, with_page=True)
    if chosen is HTML:
        return _page(site, best_language(request))
    return rdf_response(site, site.release.directory / "ontology.ttl", chosen, "ontology")


@blueprint.get("/ontology/<version>")
def ontology_version(version: str) -> Response:
    """The ontology as of one version (``owl:versionIRI``), from the newest release of it that is kept here."""
    site = current_site()
    kept = [one for one in site.releases.values() if one.version.partition("+")[0] == version]
    if not kept:
        abort(404, f"No release with version {version} of the ontology is kept here.")
    chosen = chosen_format("", with_page=kept[0] is site.release)
    if chosen is HTML:
        return _page(site, best_language(request))
    return rdf_response(site, kept[0].directory / "ontology.ttl", chosen, "")


@blueprint.get("/ontology/overview.svg")
def overview() -> Response:
    """The drawing of the whole, where the repository has one."""
    path = current_site().release.directory / "ontology" / "overview.svg"
    if not path.is_file():
        abort(404, "This repository has no such drawing.")
    return conditional(Response(path.read_bytes(), mimetype="image/svg+xml"))


@blueprint.get("/shapes", defaults={"suffix": ""})
@blueprint.get("/shapes.<suffix>")
def shapes(suffix: str) -> Response:
    """The requirements on data: a page with each, or the SHACL shapes themselves."""
    site = current_site()
    chosen = chosen_format(suffix, with_page=True)
    if chosen is HTML:
        html = render_template("shapes.html", requirements=site.vocabulary.requirements)
        return conditional(Response(html, mimetype="text/html"), alternates("/shapes.", GRAPHS))
    files = [(path, None) for path in sorted((site.release.directory / "shapes").rglob("*.ttl"))]
    body = convert(canonical_lines(files), chosen.name, site.names.prefixes)
    return conditional(Response(body, content_type=chosen.content_type), alternates("/shapes.", GRAPHS))


def _page(site: Site, language: str) -> Response:
    vocabulary = site.vocabulary
    texts = {
        iri: {parts.language: parts.text for value in values if (parts := literal_of(value))}
        for iri, values in vocabulary.header.items()
    }
    known = {term.iri: term for term in vocabulary.terms}
    html = render_template(
        "ontology.html",
        vocabulary=vocabulary,
        texts=texts,
        known=known,
        label=lambda iri: current_known().label(iri, language),
        kinds=KINDS,
        links=LINKS,
        diagrams={
            name: module_diagram(name, terms, vocabulary.terms, language) for name, terms in vocabulary.modules.items()
        },
    )
    return conditional(Response(html, mimetype="text/html"), alternates("/ontology.", GRAPHS))
