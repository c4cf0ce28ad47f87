"""What a page about a thing shows: its facts in groups and in the reader's language, each with where it is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from citydiplomacy.names import DCTERMS, OWL, PROV, RDF, RDFS, SKOS
from citydiplomacy.web.known import NAMING, Known
from citydiplomacy.web.places import Place, places
from citydiplomacy.web.site import Site
from citydiplomacy.web.tables import DATES

SHOWN = 2000  # facts, and as many places where a thing occurs
ABOUT = {SKOS + name for name in ("definition", "example", "scopeNote")} | {RDFS + "comment"}
ORIGIN = {PROV + "wasDerivedFrom", PROV + "wasAttributedTo", DCTERMS + "license", DCTERMS + "source"}
GROUPS = {
    "names": {"en": "Names", "de": "Namen"},
    "about": {"en": "What it is", "de": "Was es ist"},
    "facts": {"en": "Facts", "de": "Angaben"},
    "relations": {"en": "Relations", "de": "Beziehungen"},
    "origin": {"en": "Origin and licence", "de": "Herkunft und Lizenz"},
    "elsewhere": {"en": "Elsewhere on the web", "de": "Anderswo im Netz"},
    "inferred": {"en": "What follows from this", "de": "Was daraus folgt"},
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Fact:
    """One statement as a page shows it: its other end, with the language of its text, and where it is said."""

    value: str
    label: str
    is_iri: bool
    language: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Group:
    """Facts of one kind: by property, each with its label and IRI."""

    title: str
    properties: dict[tuple[str, str], list[Fact]]


@dataclass(frozen=True)
class Moment:
    """A date in the life of a thing, and what it is the date of."""

    date: str
    what: str
    iri: str


def kinds(known: Known, iri: str, language: str) -> list[tuple[str, str]]:
    """The classes a thing is of that no other of its classes is below: IRI and label."""
    rows = known.site.rows(
        f"SELECT DISTINCT ?c WHERE {{ <{iri}> a ?c FILTER NOT EXISTS {{ <{iri}> a ?d . ?d <{RDFS}subClassOf>+ ?c "
        "FILTER(?d != ?c) } } ORDER BY ?c"
    )
    return [(row["c"]["value"], known.label(row["c"]["value"], language)) for row in rows]


def outgoing(known: Known, iri: str, language: str) -> list[Group]:
    """What is said of a thing, in groups."""
    rows = known.site.rows(f"SELECT ?p ?v ?g WHERE {{ GRAPH ?g {{ <{iri}> ?p ?v }} }} ORDER BY ?p ?v ?g LIMIT {SHOWN}")
    return _grouped(known, rows, language)


def incoming(known: Known, iri: str, language: str) -> dict[tuple[str, str], list[Fact]]:
    """Where a thing occurs, by property: the things that name it."""
    rows = known.site.rows(
        f"SELECT ?p ?v ?g WHERE {{ GRAPH ?g {{ ?v ?p <{iri}> }} FILTER(isIRI(?v)) }} ORDER BY ?p ?v ?g LIMIT {SHOWN}"
    )
    return next(iter(_grouped(known, rows, language, one_group=True)), Group("", {})).properties


def timeline(known: Known, iri: str, language: str) -> list[Moment]:
    """The dates of a thing and of what it has to do with, from early to late."""
    names = known.site.names
    kinds_ = ", ".join(f"<{one}>" for one in sorted(DATES))
    rows = known.site.rows(
        f"SELECT DISTINCT ?x ?date WHERE {{ {{ BIND(<{iri}> AS ?x) }} UNION {{ <{iri}> ?p ?x FILTER(isIRI(?x)) }} "
        f"UNION {{ ?x ?q <{iri}> }} ?x ?d ?date FILTER(isLiteral(?date) && DATATYPE(?date) IN ({kinds_})) "
        f'FILTER(STRSTARTS(STR(?d), "{names.ontology}#") && STRSTARTS(STR(?x), "{names.things}")) }} '
        f"ORDER BY STR(?date) ?x LIMIT {SHOWN}"
    )
    dated = [(row["date"]["value"], row["x"]["value"]) for row in rows]
    return [Moment(date, known.label(thing, language), thing) for date, thing in dated]


def claims(known: Known, iri: str, language: str) -> list[list[Fact]]:
    """What a graph says: rows of three cells."""
    rows = known.site.rows(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o LIMIT {SHOWN}")
    cells = [[row[name] for name in ("s", "p", "o")] for row in rows]
    where = places(known, {one["value"] for three in cells for one in three if one["type"] == "uri"}, language)
    return [[_fact(one, where) for one in three] for three in cells]


def _grouped(known: Known, rows: list[Row], language: str, *, one_group: bool = False) -> list[Group]:
    ends = [row[name] for row in rows for name in ("g", "v")]
    where = places(known, {one["value"] for one in ends if one["type"] == "uri"}, language)
    said: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        value = row["v"]
        said[row["p"]["value"], value["type"], value["value"], value.get("xml:lang", "")].append(row)
    groups: dict[str, dict[tuple[str, str], list[Fact]]] = defaultdict(lambda: defaultdict(list))
    for (prop, _, _, _), same in said.items():
        graphs = tuple(dict.fromkeys(row["g"]["value"] for row in same))
        group = "facts" if one_group else _group(known.site, prop, same[0]["v"], graphs)
        groups[group][known.label(prop, language), prop].append(_fact(same[0]["v"], where, graphs))
    return [
        Group(
            GROUPS[name][language],
            {key: sorted(groups[name][key], key=lambda fact: fact.label.casefold()) for key in sorted(groups[name])},
        )
        for name in GROUPS
        if name in groups
    ]


def _group(site: Site, prop: str, value: Row, graphs: tuple[str, ...]) -> str:
    if prop in NAMING or prop == site.names.term("acronym"):
        return "names"
    if set(graphs) == {site.names.graph("inferred")}:
        return "inferred"
    if prop in ABOUT or prop == RDF + "type":
        return "about"
    if prop in ORIGIN:
        return "origin"
    if value["type"] != "uri":
        return "facts"
    ours = value["value"].startswith(site.names.base)
    return "relations" if ours or prop.startswith(OWL) else "elsewhere"


def _fact(value: Row, where: Mapping[str, Place], graphs: Iterable[str] = ()) -> Fact:
    text = value["value"]
    said = tuple(where[graph] for graph in graphs)
    if value["type"] != "uri":
        return Fact(text, text, False, value.get("xml:lang", ""), said)
    return Fact(text, where[text].label, True, "", said)
