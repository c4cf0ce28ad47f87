"""The page of a canned query: its form, its answer as table or picture, and how to take both along."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.explaining import Explanation, explain
from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.parameters import Kind
from citydiplomacy.pool import Request
from citydiplomacy.queries import CannedQuery
from citydiplomacy.web import pictures
from citydiplomacy.web.answers import Conditions
from citydiplomacy.web.commands import curl, python
from citydiplomacy.web.known import Known
from citydiplomacy.web.places import places
from citydiplomacy.web.search import Found, things_called
from citydiplomacy.web.site import Site
from citydiplomacy.web.tables import Table, tabulate

OURS = ("lang", "sort", "page", "find", "view", "by")  # what a page's address says of the page, not of the query
MEANT = 3  # things that are suggested for an unknown one


@dataclass(frozen=True)
class Asked:
    """A canned query with the values it is asked with, and the text that they make."""

    query: CannedQuery
    values: Mapping[str, str]
    bound: str


def asked(site: Site, query: CannedQuery, arguments: Mapping[str, str], language: str) -> Asked:
    """A query as an address asks it; labels come in the page's language where the address names none."""
    named = {one.name for one in query.parameters}
    values = {key: value for key, value in arguments.items() if value and (key in named or key not in OURS)}
    spoken = {one.name: language for one in query.parameters if one.kind == Kind.LANGUAGE and not one.required}
    return Asked(query, values, query.bind(spoken | values, site.names))


def question_page(site: Site, known: Known, one: Asked, language: str) -> str:
    """The page as HTML."""
    if one.query.form == "ASK":
        return _render(site, known, one, language, truth=json.loads(_answer(site, one.bound))["boolean"])
    if one.query.form != "SELECT":
        return _render(site, known, one, language, text=_answer(site, one.bound).decode())
    table = answer_table(site, known, one, language)
    named = {each.name: each.label[language] for each in one.query.parameters}
    return _render(site, known, one, language, **table_context(site, known, table, language, named), whole=table)


def own_answer_page(site: Site, known: Known, query: str, language: str) -> str:
    """The answer to any query as a page, in the same views."""
    request_ = Request(query, results="json", graphs="turtle")
    reply = site.answers.answer(request_, Conditions())
    body = b"".join(reply.body)
    is_graph = dict(reply.headers)["Content-Type"].startswith("text/turtle")
    formats = GRAPHS if is_graph else RESULTS
    if is_graph:
        return render_template("own_answer.html", query=query, formats=formats, text=body.decode())
    answer = json.loads(body)
    if "boolean" in answer:
        return render_template("own_answer.html", query=query, formats=formats, truth=answer["boolean"])
    ours = (site.names.passages, site.names.graphs)
    table = tabulate(answer, ours, lambda iri: known.label(iri, language))
    context = table_context(site, known, table, language, {})
    return render_template("own_answer.html", query=query, formats=formats, answers=len(table.rows), **context)


def answer_table(site: Site, known: Known, one: Asked, language: str) -> Table:
    """The whole answer of a SELECT."""
    ours = (site.names.passages, site.names.graphs)
    return tabulate(json.loads(_answer(site, one.bound)), ours, lambda iri: known.label(iri, language))


def table_context(site: Site, known: Known, table: Table, language: str, named: Mapping[str, str]) -> dict[str, Any]:
    """What the templates need to show an answer as the address wants it: searched, sorted, in pages or as a picture."""
    wanted = request.args.get("view", "table")
    offered = pictures.views(table)
    view = wanted if wanted in offered else "table"
    shown = table.found(request.args.get("find", "")).sorted(request.args.get("sort", ""))
    number = min(max(1, request.args.get("page", 1, type=int)), shown.pages)
    on_page = shown.page(number)
    return {
        "table": on_page,
        "total": len(shown.rows),
        "page": number,
        "pages": shown.pages,
        "view": view,
        "views": offered,
        "headings": {name: known.column(name, language) for name in table.columns} | dict(named),
        "places": places(known, {graph for row in on_page.rows for graph in row.graphs}, language),
        **picture_context(shown, view, request.args.get("by", "")),
    }


def picture_context(table: Table, view: str, by: str) -> dict[str, Any]:
    """The figures of one picture."""
    if view == "map":
        dots, missing = pictures.dots(table)
        return {"dots": dots, "missing": missing, "outline": pictures.globe()}
    if view == "network":
        return {"network": pictures.network(table)}
    if view == "timeline":
        return {"years": pictures.years(table)}
    if view == "chart":
        offered = pictures.counted(table)
        chosen = by if by in offered else next(iter(offered), "")
        return {"bars": pictures.bars(table, chosen) if chosen else [], "counted": offered, "by": chosen}
    return {}


def _render(site: Site, known: Known, one: Asked, language: str, **context: Any) -> str:
    query = one.query
    whole: Table | None = context.pop("whole", None)
    shown = [each for each in query.parameters if each.kind != Kind.LANGUAGE or each.name in one.values]
    explanation = _explanation(site, one) if whole is not None and not whole.rows else None
    values = {each.name: one.values.get(each.name, each.default or "") for each in query.parameters}
    spoken = {
        each.name: language for each in query.parameters if each.kind == Kind.LANGUAGE and language != each.default
    }
    return render_template(
        "query.html",
        query=query,
        parameters=shown,
        values=values,
        options={each.name: known.offers.options(query, each, language) for each in shown},
        explanation=explanation,
        meant={each.iri: _meant(site, known, each.iri, language) for each in explanation.unknown}
        if explanation
        else {},
        answers=len(whole.rows) if whole else 0,
        bound=one.bound.strip(),
        formats=query.formats,
        query_string=urlencode(spoken | dict(one.values)),
        curl=curl(f"{request.url_root}queries/{query.name}.{handy(query).suffix}", spoken | dict(one.values)),
        python=python(f"{request.url_root}sparql", one.bound.strip()) if query.form == "SELECT" else "",
        **context,
    )


def handy(query: CannedQuery) -> Format:
    """The format of a query's answer that is easiest to read at a command line: CSV, for graphs Turtle."""
    return next((one for one in query.formats if one.name == "csv"), query.formats[0])


def _answer(site: Site, query: str) -> bytes:
    return b"".join(site.answers.answer(Request(query, results="json", graphs="turtle"), Conditions()).body)


def _meant(site: Site, known: Known, iri: str, language: str) -> list[Found]:
    """The things that an unknown IRI may have been meant to name."""
    return things_called(site, known, re.split("[/#]", iri)[-1].replace("-", " "), language, MEANT)


def _explanation(site: Site, one: Asked) -> Explanation | None:
    try:
        return explain(one.bound, site.holds, site.names, site.known_names)
    except CityDiplomacyError:
        return None
