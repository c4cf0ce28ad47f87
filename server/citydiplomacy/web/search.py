"""``/search``: things, terms and questions by name; a question that names a thing comes with it filled in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from citydiplomacy.media import HTML, JSON, negotiate
from citydiplomacy.parameters import Kind
from citydiplomacy.queries import CannedQuery
from citydiplomacy.searching import Hit
from citydiplomacy.web.known import Known, current_known
from citydiplomacy.web.site import Site, best_language, current_site

blueprint = Blueprint("search", __name__)

THINGS, TERMS, QUESTIONS, FILLED = 30, 5, 6, 3
SURE = 0.5  # the score from which a term of the ontology is shown
SECONDS = 0.4


@dataclass(frozen=True)
class Found:
    """One thing or term: its name in the page's language, what it is, the other name it was found by, and its path."""

    iri: str
    label: str
    kind: str
    also: str
    passages: int
    path: str


@dataclass(frozen=True)
class Question:
    """A canned query, and where something found stands for one of its parameters: which for which."""

    name: str
    title: str
    question: str
    filled: str
    path: str


@blueprint.get("/search")
def search() -> Response | str:
    """What ``q`` finds, as a page or as JSON; ``class`` keeps things of one class, ``limit`` says how many at most."""
    site, known, language = current_site(), current_known(), best_language(request)
    text = request.args.get("q", "").strip()
    limit = min(max(1, request.args.get("limit", THINGS, type=int)), 100)
    hits = known.things.search(text, limit)
    things = [_found(site, known, hit, language) for hit in hits]
    terms = [_found(site, known, hit, language) for hit in known.terms.search(text, TERMS) if hit.score > SURE]
    questions = list(_questions(site, known, text, hits, language)) if text else []
    if negotiate(request.headers.get("Accept"), (HTML, JSON)) is not JSON:
        return render_template("search.html", text=text, things=things, terms=terms, questions=questions)
    lists: dict[str, Any] = {"things": things, "terms": terms, "questions": questions}
    return jsonify(query=text, **{name: [asdict(one) for one in found] for name, found in lists.items()})


def things_called(site: Site, known: Known, text: str, language: str, limit: int) -> list[Found]:
    """The things of whose names a text has all words, the best first."""
    return [_found(site, known, hit, language) for hit in known.things.search(text, limit) if hit.whole]


def queries_about(site: Site, known: Known, text: str, language: str, limit: int) -> list[Found]:
    """The canned queries that a text fits, the best first."""
    found = [site.gallery.queries[hit.entry.iri] for hit in known.queries.search(text, limit)]
    return [Found(one.name, one.title[language], "", "", 0, f"/queries/{one.name}") for one in found]


def _found(site: Site, known: Known, hit: Hit, language: str) -> Found:
    entry = hit.entry
    label = entry.label(language)
    also = hit.name if hit.name.casefold() != label.casefold() else ""
    return Found(
        entry.iri, label, known.kind(entry, language), also, entry.passages, site.local_path(entry.iri) or entry.iri
    )


def _questions(site: Site, known: Known, text: str, things: list[Hit], language: str) -> Iterator[Question]:
    """Canned queries that fit the words, first those that the best things found can be filled into; where no words are
    left for queries, all that have an answer for the first thing.
    """
    sure = [hit for hit in things[:FILLED] if hit.whole]
    plain = []
    found = [site.gallery.queries[hit.entry.iri] for hit in known.queries.search(text, QUESTIONS)]
    if not found:
        yield from _about(site, known, sure[:1], language)
    for query in found:
        filled = next((one for thing in sure for one in _fill(site, known, query, thing, language)), None)
        if filled:
            yield filled
        else:
            plain.append(_question(query, language, "", f"/queries/{query.name}"))
    yield from plain


def _about(site: Site, known: Known, sure: list[Hit], language: str) -> Iterator[Question]:
    """Every query that offers a thing; what forms offer is worked out for so long at a time, and kept."""
    until = time.monotonic() + SECONDS
    for query in site.gallery.queries.values() if sure else ():
        parameters = [one for one in query.parameters if one.kind == Kind.IRI]
        if time.monotonic() < until or all(known.offers.has(query, one, language) for one in parameters):
            yield from _fill(site, known, query, sure[0], language)


def _fill(site: Site, known: Known, query: CannedQuery, thing: Hit, language: str) -> Iterator[Question]:
    """The query with a thing in one of its parameters, for each that it has an answer for."""
    value = thing.entry.iri.removeprefix(site.names.things)
    for one in query.parameters:
        if one.kind == Kind.IRI and known.offers.answers(query, one, value, language):
            filled = f"{one.label[language]}: {thing.entry.label(language)}"
            path = f"/queries/{query.name}?{urlencode({one.name: value})}"
            yield _question(query, language, filled, path)


def _question(query: CannedQuery, language: str, filled: str, path: str) -> Question:
    return Question(query.name, query.title[language], query.question[language], filled, path)
