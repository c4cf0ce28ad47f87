"""``/page/source/...``: a source document by its sections, what each passage claims, and how much of it is covered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from citydiplomacy.media import GRAPHS
from citydiplomacy.names import RDF
from citydiplomacy.web.documents import alternates, conditional
from citydiplomacy.web.known import NAMING, Known, current_known
from citydiplomacy.web.places import Place, places
from citydiplomacy.web.site import Site, best_language, current_site
from citydiplomacy.web.things import known_iri

blueprint = Blueprint("outline", __name__)


@dataclass(frozen=True)
class Claim:
    """One statement of a passage: property and value with the IRIs behind them ("" for literals)."""

    prop: str
    prop_iri: str
    value: str
    value_iri: str


@dataclass(frozen=True)
class Subject:
    """What a passage speaks of, and as what."""

    label: str
    iri: str
    kinds: tuple[str, ...]


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
    shown, said = places(known, set(chosen), language), claims_of(site, known, chosen, language)
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


def claims_of(site: Site, known: Known, passages: list[str], language: str) -> dict[str, dict[Subject, list[Claim]]]:
    """What each passage says, by subject; labels, and texts in other languages, are left out."""
    wanted = " ".join(f"<{one}>" for one in passages)
    rows = site.rows(f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?g {{ {wanted} }} GRAPH ?g {{ ?s ?p ?o }} }}")
    said: dict[str, dict[str, list[Claim]]] = {one: {} for one in passages}
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["s"]["value"], row["p"]["value"], row["o"]["value"])):
        graph, subject, prop, value = (row[one]["value"] for one in ("g", "s", "p", "o"))
        claims = said[graph].setdefault(subject, [])
        if prop == RDF + "type":
            kinds[graph, subject].append(known.label(value, language))
        elif prop not in NAMING and row["o"].get("xml:lang", language) == language:
            is_iri = row["o"]["type"] == "uri"
            text = known.label(value, language) if is_iri else value
            claims.append(Claim(known.label(prop, language), prop, text, value if is_iri else ""))
    return {
        graph: {
            Subject(known.label(iri, language), iri, tuple(kinds[graph, iri])): claims
            for iri, claims in sorted(by_subject.items(), key=lambda pair: not pair[1])
        }
        for graph, by_subject in said.items()
    }
