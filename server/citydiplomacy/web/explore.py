"""``/explore``: what a thing is related to: a list that needs no script, and the same as JSON for a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from citydiplomacy.media import HTML, JSON, negotiate
from citydiplomacy.names import RDF
from citydiplomacy.parameters import SLUG
from citydiplomacy.web.known import Known, current_known
from citydiplomacy.web.places import places
from citydiplomacy.web.site import Site, best_language, current_site
from citydiplomacy.web.things import known_iri

blueprint = Blueprint("explore", __name__)

START, EACH = 18, 2  # things that are offered to start from, of each kind
SHOWN = 400  # relations of one thing


@dataclass(frozen=True)
class Thing:
    """One end of a relation."""

    iri: str
    label: str
    kind: str
    path: str


@dataclass(frozen=True)
class Said:
    """Where a relation is said."""

    path: str
    label: str


@dataclass(frozen=True)
class Relation:
    """A relation of a thing to another: what it is called, which way it goes, and the passages that say it."""

    relation: str
    outgoing: bool
    other: Thing
    places: tuple[Said, ...]


@blueprint.get("/explore")
def explore() -> Response | str:
    """The relations of ``thing`` (a name, or an IRI of ours); without one, things to start from."""
    site, known, language = current_site(), current_known(), best_language(request)
    name = request.args.get("thing", "")
    if not name:
        return render_template("explore.html", start=_start(site, known, language), thing=None)
    iri = known_iri(site, name if SLUG.fullmatch(name) else name.removeprefix(site.names.things))
    thing, found = _thing(site, known, iri, language), list(relations(site, known, iri, language))
    if negotiate(request.headers.get("Accept"), (HTML, JSON)) is JSON:
        return jsonify(thing=asdict(thing), relations=[asdict(one) for one in found])
    return render_template("explore.html", thing=thing, relations=found)


def _start(site: Site, known: Known, language: str) -> list[Thing]:
    """What most passages speak of, some of each kind: to begin with."""
    seen: Counter[str] = Counter()
    start: list[Thing] = []
    for entry in sorted(known.things, key=lambda entry: (-entry.passages, entry.iri)):
        thing = _thing(site, known, entry.iri, language)
        if thing.kind and seen[thing.kind] < EACH:
            start.append(thing)
            seen[thing.kind] += 1
        if len(start) == START:
            break
    return start


def relations(site: Site, known: Known, iri: str, language: str) -> Iterator[Relation]:
    """What passages say of a thing and another; a relationship that stands between them is no thing of its own."""
    found: dict[tuple[str, bool, str], dict[str, None]] = {}
    for row in sorted(_rows(site, iri), key=lambda row: sorted((key, one["value"]) for key, one in row.items())):
        other, via = row["other"]["value"], row.get("kind", row["p"])["value"]
        if other in known.entries and (row.get("kind") or not known.entries[other].classes & known.relations):
            outgoing = row["way"]["value"] == "out"
            found.setdefault((known.label(via, language), outgoing, other), {})[row["g"]["value"]] = None
    weight = {key: (-known.entries[key[2]].passages, key) for key in found}
    shown = sorted(found.items(), key=lambda item: (-len(item[1]), weight[item[0]]))[:SHOWN]
    stated = places(known, {graph for _, graphs in shown for graph in graphs}, language)
    for (relation, outgoing, other), graphs in shown:
        said = tuple(Said(site.local_path(one) or one, stated[one].label) for one in graphs)
        yield Relation(relation, outgoing, _thing(site, known, other, language), said)


def _rows(site: Site, iri: str) -> list[dict[str, Any]]:
    """Direct statements between the thing and others, and others that one relationship node joins it with."""
    pattern, things = site.names.term("labelPattern"), site.names.things
    ours = f'FILTER(isIRI(?other) && ?other != <{iri}> && STRSTARTS(STR(?other), "{things}"))'
    within = f'FILTER(STRSTARTS(STR(?g), "{site.names.passages}"))'
    direct = site.rows(
        f'SELECT ?g ?p ?other ?way WHERE {{ {{ GRAPH ?g {{ <{iri}> ?p ?other }} BIND("out" AS ?way) }} UNION '
        f'{{ GRAPH ?g {{ ?other ?p <{iri}> }} BIND("in" AS ?way) }} FILTER(?p != <{RDF}type>) {within} {ours} }}'
    )
    joined = site.rows(
        f"SELECT ?g ?p ?kind ?other ?way WHERE {{ GRAPH ?g {{ ?node ?q <{iri}> ; ?p ?other }} ?node a ?kind . "
        f'?kind <{pattern}> ?any . FILTER(?p != <{RDF}type>) BIND("out" AS ?way) {within} {ours} }}'
    )
    return direct + joined


def _thing(site: Site, known: Known, iri: str, language: str) -> Thing:
    entry = known.entries.get(iri)
    kind = known.kind(entry, language) if entry else ""
    return Thing(iri, known.label(iri, language), kind, site.local_path(iri) or iri)
