"""What the release speaks of, kept in memory to be found by name: things, terms of the ontology, canned queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from citydiplomacy.names import RDFS, SKOS
from citydiplomacy.queries import LANGUAGES, CannedQuery
from citydiplomacy.searching import Entry, Index
from citydiplomacy.web.columns import COLUMNS
from citydiplomacy.web.common_terms import COMMON, GRAPHS
from citydiplomacy.web.offers import Offers
from citydiplomacy.web.sections import Outline, read_outline
from citydiplomacy.web.site import Site

LABELS = (RDFS + "label", SKOS + "prefLabel")
NAMING = (*LABELS, SKOS + "altLabel", SKOS + "notation")


@dataclass(frozen=True)
class Known:
    """The names of one site's release."""

    site: Site

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Everything that has a label, by IRI; passages have none of their own."""
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        names: dict[str, dict[str, None]] = defaultdict(dict)
        for row in self.site.rows(self._names_query()):
            iri, prop, name = row["x"]["value"], row["p"]["value"], row["name"]["value"]
            names[iri][name] = None
            if prop in LABELS:
                labels[iri].setdefault(row["name"].get("xml:lang", ""), name)
        classes = self._classes()
        passages = self._passages()
        return {
            iri: Entry(iri, known, tuple(names[iri]), frozenset(classes.get(iri, ())), passages.get(iri, 0))
            for iri, known in labels.items()
        }

    @cached_property
    def things(self) -> Index:
        """Persons, cities, networks, events; not the relations between them, which are named after both ends."""
        prefix, relations = self.site.names.things, self.relations
        return Index(one for one in self.entries.values() if one.iri.startswith(prefix) and not one.classes & relations)

    @cached_property
    def terms(self) -> Index:
        """Classes and properties of the ontology."""
        return Index(one for one in self.entries.values() if one.iri.startswith(self.site.names.term("")))

    @cached_property
    def queries(self) -> Index:
        """Canned queries by title, question and the labels of their parameters; an entry's IRI is the query's name."""
        return Index(Entry(one.name, one.title, tuple(_query_names(one))) for one in self.site.gallery.queries.values())

    def label(self, iri: str, language: str) -> str:
        """The name of something in a language, else what its IRI is commonly called, else the IRI shortened."""
        entry = self.entries.get(iri)
        if entry:
            return entry.label(language)
        common = self._common.get(iri)
        return common[language == "de"] if common else self.site.names.shorten(iri).strip("<>")

    def column(self, name: str, language: str) -> str:
        """What a column is called: as the ontology's property or class of that name, else by words of our own."""
        if name in COLUMNS:
            return COLUMNS[name][language == "de"]
        term = self.site.names.term
        entry = self.entries.get(term(name)) or self.entries.get(term(name[:1].upper() + name[1:]))
        if entry and language in entry.labels:
            return entry.labels[language]
        return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)

    def kind(self, entry: Entry, language: str) -> str:
        """The name of the narrowest of a thing's classes: that with the fewest members."""
        ours = [one for one in entry.classes if one in self._members]
        narrowest = min(ours, key=lambda one: (self._members[one], one), default="")
        return self.label(narrowest, language) if narrowest else ""

    @cached_property
    def figures(self) -> dict[str, int]:
        """How many members each class of the ontology has, by its short name."""
        prefix = self.site.names.term("")
        counts = self.site.rows(
            f"SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ ?thing a ?class . "
            f'FILTER(STRSTARTS(STR(?class), "{prefix}")) }} GROUP BY ?class'
        )
        return {one["class"]["value"].removeprefix(prefix): int(one["n"]["value"]) for one in counts if "class" in one}

    @cached_property
    def offers(self) -> Offers:
        """What forms offer."""
        return Offers(self.site)

    @cached_property
    def _outlines(self) -> dict[str, Outline]:
        return {}

    def outline(self, document: str) -> Outline:
        """The outline of a source document (one that there is), read once."""
        if document not in self._outlines:
            self._outlines[document] = read_outline(self.site, document)
        return self._outlines[document]

    @cached_property
    def _common(self) -> dict[str, tuple[str, str]]:
        """What has no name in the release: terms of well-known vocabularies, and the graphs that are made with it."""
        return COMMON | {self.site.names.graph(name): called for name, called in GRAPHS.items()}

    @cached_property
    def _members(self) -> dict[str, int]:
        members: dict[str, int] = defaultdict(int)
        for entry in self.entries.values():
            for one in entry.classes:
                if one.startswith(self.site.names.term("")):
                    members[one] += 1
        return dict(members)

    def _names_query(self) -> str:
        term = self.site.names.term
        properties = [*NAMING, term("acronym"), term("title")]
        listed = " ".join(f"<{one}>" for one in properties)
        named = f"VALUES ?p {{ {listed} }} ?x ?p ?name FILTER(isIRI(?x))"
        return f"SELECT ?x ?p ?name WHERE {{ {named} }} ORDER BY ?x ?name"

    def _classes(self) -> dict[str, set[str]]:
        classes: dict[str, set[str]] = defaultdict(set)
        ours = f'FILTER(STRSTARTS(STR(?x), "{self.site.names.things}"))'
        for row in self.site.rows(f"SELECT DISTINCT ?x ?class WHERE {{ ?x a ?class {ours} }}"):
            classes[row["x"]["value"]].add(row["class"]["value"])
        return classes

    @cached_property
    def relations(self) -> set[str]:
        """The classes whose members have their names from what they relate."""
        rows = self.site.rows(f"SELECT DISTINCT ?class WHERE {{ ?class <{self.site.names.term('labelPattern')}> ?x }}")
        return {row["class"]["value"] for row in rows}

    def _passages(self) -> dict[str, int]:
        """In how many passages each thing is the subject or object of a claim."""
        within = f'FILTER(STRSTARTS(STR(?g), "{self.site.names.passages}"))'
        ours = f'FILTER(STRSTARTS(STR(?x), "{self.site.names.things}"))'
        rows = self.site.rows(
            f"SELECT ?x (COUNT(DISTINCT ?g) AS ?n) WHERE {{ GRAPH ?g {{ {{ ?x ?p ?o }} UNION {{ ?s ?p ?x }} }} "
            f"{within} {ours} }} GROUP BY ?x"
        )
        return {row["x"]["value"]: int(row["n"]["value"]) for row in rows if "x" in row}


def _query_names(query: CannedQuery) -> Iterator[str]:
    for language in LANGUAGES:
        yield query.title[language]
        yield query.question[language]
        yield from query.words.get(language, ())
        yield f"{query.title[language]} {' '.join(one.label[language] for one in query.parameters)}"


def current_known() -> Known:
    """The names known to the application that handles this request."""
    known: Known = current_app.extensions["known"]
    return known
