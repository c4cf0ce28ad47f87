"""``/page/source/...``: a source document by its sections, what each passage claims, and how much of it is covered."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from citydiplomacy.media import GRAPHS
from citydiplomacy.web.documents import alternates, conditional
from citydiplomacy.web.known import current_known
from citydiplomacy.web.places import Place, places
from citydiplomacy.web.site import best_language, current_site
from citydiplomacy.web.telling import Claim, Subject, claims_of
from citydiplomacy.web.things import known_iri

blueprint = Blueprint("outline", __name__)


@dataclass(frozen=True)
class Told:
    """A passage as the page shows it: where it stands (with its text where there is a copy), its claims by subject."""

    iri: str
    place: Place
    claims: dict[Subject, list[Claim]]


@blueprint.get("/page/source/<name>")
def document(name: str) -> Response:
    """The outline; with ``section`` or ``page`` the passages there, each with its claims."""
    site, known, language = current_site(), current_known(), best_language(request)
    iri = known_iri(site, f"source/{name}")
    outline = known.outline(iri)
    section = next((one for one in outline.sections if one.fragment == request.args.get("section")), None)
    page = request.args.get("page", 0, type=int)
    if (request.args.get("section") and not section) or (page and page not in outline.pages):
        abort(404, "The document has no such part.")
    chosen = outline.passages(section, page)
    shown, said = places(known, set(chosen), language), claims_of(known, chosen, language)
    html = render_template(
        "document.html",
        iri=iri,
        name=known.label(iri, language),
        label=lambda part: known.label(part, language),
        path=f"source/{name}",
        outline=outline,
        section=section,
        chosen_page=page,
        told=[Told(one, shown[one], said[one]) for one in chosen],
        has_text=any(place.text for place in shown.values()),
    )
    links = [f'<{iri}>; rel="canonical"', *alternates(f"/data/source/{name}.", GRAPHS)]
    return conditional(Response(html, mimetype="text/html"), links)
