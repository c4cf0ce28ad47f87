"""``/page/source/...``: a source document by its sections, what each passage claims, and how much of it is covered."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from citydiplomacy.evidence import LineRange
from citydiplomacy.media import GRAPHS
from citydiplomacy.names import RDF, RDFS, SKOS
from citydiplomacy.web.documents import alternates, conditional
from citydiplomacy.web.known import Known, current_known
from citydiplomacy.web.places import Place, places
from citydiplomacy.web.site import Site, best_language, current_site
from citydiplomacy.web.things import known_iri, parts_of

blueprint = Blueprint("outline", __name__)

NAMING = (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel")
STRIP = 1000  # units that a coverage strip is wide


@dataclass(frozen=True)
class Section:
    """A section: its lines, how deep it lies, and the passages that stand in it."""

    iri: str
    label: str
    first: int
    last: int
    depth: int
    passages: tuple[str, ...]

    @property
    def fragment(self) -> str:
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True)
class Mark:
    """A piece of a coverage strip: where it begins and how long it is, in the strip's units, and what it shows."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True)
class Outline:
    """A document's sections in order, and the lines that passages use and that were left out for a reason."""

    sections: tuple[Section, ...]
    used: tuple[LineRange, ...]
    omitted: tuple[LineRange, ...]
    page_of: dict[str, int]
    first_line_of: dict[str, int]

    def strip(self, first: int, last: int) -> list[Mark]:
        """The coverage of some lines as a strip."""
        unit = STRIP / max(1, last - first + 1)
        marks = []
        for kind, ranges in (("omitted", self.omitted), ("used", self.used)):
            for one in ranges:
                start, end = max(one.first, first), min(one.last, last)
                if start <= end:
                    marks.append(Mark(round((start - first) * unit, 1), round((end - start + 1) * unit, 1), kind))
        return marks

    def share(self, first: int, last: int) -> float:
        """The share of some lines that passages use."""
        lines = {line for one in self.used for line in range(max(one.first, first), min(one.last, last) + 1)}
        return len(lines) / max(1, last - first + 1)


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
    outline = read_outline(site, known, iri, language)
    section = next((one for one in outline.sections if one.fragment == request.args.get("section")), None)
    page = request.args.get("page", 0, type=int)
    if (request.args.get("section") and not section) or (page and page not in outline.page_of.values()):
        abort(404, "The document has no such part.")
    chosen = chosen_passages(outline, section, page)
    shown, said = places(site, set(chosen), {}, language), claims_of(site, known, chosen, language)
    html = render_template(
        "document.html",
        iri=iri,
        name=known.label(iri, language),
        path=f"source/{name}",
        outline=outline,
        left_out=[one for one in parts_of(site, iri, language) if one["iri"] not in {s.iri for s in outline.sections}],
        section=section,
        chosen_page=page,
        page_numbers=sorted(set(outline.page_of.values())),
        told=[Told(one, shown[one], said[one]) for one in chosen],
        lines=(
            min((one.first for one in outline.sections), default=1),
            max((one.last for one in outline.sections), default=1),
        ),
        suffixes=[one.suffix for one in GRAPHS],
        has_text=any(place.text for place in shown.values()),
    )
    links = [f'<{iri}>; rel="canonical"', *alternates(f"/data/source/{name}.", GRAPHS)]
    return conditional(Response(html, mimetype="text/html"), links)


def chosen_passages(outline: Outline, section: Section | None, page: int) -> list[str]:
    """The passages of a section or a page, in reading order."""
    if section:
        found = list(section.passages)
    else:
        found = [iri for iri, number in outline.page_of.items() if page and number == page]
    return sorted(found, key=lambda iri: (outline.first_line_of.get(iri, 0), iri))


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


def read_outline(site: Site, known: Known, document: str, language: str) -> Outline:
    """The outline of a document, from the records in its graph."""
    term = site.names.term
    spans: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    kinds: dict[str, str] = {}
    sections_of: dict[str, str] = {}
    wanted = [term(one) for one in ("firstLine", "lastLine", "page", "inSection")]
    listed = " ".join(f"<{one}>" for one in wanted)
    rows = site.rows(
        f"SELECT ?x ?class ?p ?v WHERE {{ GRAPH <{document}> {{ ?x a ?class ; ?p ?v . VALUES ?p {{ {listed} }} }} }}"
    )
    for row in rows:
        iri, prop, value = row["x"]["value"], row["p"]["value"].removeprefix(term("")), row["v"]["value"]
        kinds[iri] = row["class"]["value"].removeprefix(term(""))
        if prop == "inSection":
            sections_of[iri] = value
        else:
            spans[iri][prop].append(int(value))
    ranges = {iri: _ranges(known_spans) for iri, known_spans in spans.items()}
    return Outline(
        sections=_sections(kinds, ranges, sections_of, lambda iri: known.label(iri, language)),
        used=_of_kind("Passage", kinds, ranges),
        omitted=_of_kind("Omission", kinds, ranges),
        page_of={iri: min(one["page"]) for iri, one in sorted(spans.items()) if one["page"]},
        first_line_of={iri: one[0].first for iri, one in ranges.items() if one},
    )


def _ranges(spans: dict[str, list[int]]) -> list[LineRange]:
    pairs = zip(sorted(spans["firstLine"]), sorted(spans["lastLine"]), strict=False)
    return [LineRange(first, last) for first, last in pairs if first <= last]


def _of_kind(kind: str, kinds: dict[str, str], ranges: dict[str, list[LineRange]]) -> tuple[LineRange, ...]:
    """The lines of all things of a kind, runs that touch joined."""
    lines = sorted(
        {line for iri, one in ranges.items() if kinds[iri] == kind for r in one for line in range(r.first, r.last + 1)}
    )
    runs: list[LineRange] = []
    for line in lines:
        if runs and line == runs[-1].last + 1:
            runs[-1] = LineRange(runs[-1].first, line)
        else:
            runs.append(LineRange(line, line))
    return tuple(runs)


def _sections(
    kinds: dict[str, str], ranges: dict[str, list[LineRange]], sections_of: dict[str, str], label: Any
) -> tuple[Section, ...]:
    """The sections in reading order; one lies as deep as there are others around it."""
    spans = {iri: ranges[iri][0] for iri, kind in kinds.items() if kind == "Section" and ranges.get(iri)}
    ordered = sorted(spans, key=lambda iri: (spans[iri].first, -spans[iri].last, iri))
    inside: dict[str, list[str]] = defaultdict(list)
    for passage, section in sections_of.items():
        inside[section].append(passage)
    found: list[Section] = []
    around: list[int] = []
    for iri in ordered:
        span = spans[iri]
        around = around[: bisect_right([-last for last in around], -span.last)]
        found.append(Section(iri, label(iri), span.first, span.last, len(around), tuple(inside[iri])))
        around.append(span.last)
    return tuple(found)
