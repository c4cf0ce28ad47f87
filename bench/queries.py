"""The mix: nine questions, each with up to 200 variants whose parameters are drawn from the data itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

PREFIXES = (
    "PREFIX : <https://w3id.org/citydiplomacy/ontology#>\n"
    "PREFIX id: <https://w3id.org/citydiplomacy/id/>\n"
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)
VARIANTS = 200
ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
CONSTRUCTED = 1000  # triples that CONSTRUCT answers; which ones, SPARQL leaves to the server


@dataclass(frozen=True)
class Template:
    """A question with ``{0}``, ``{1}`` where its parameters go, and the SELECT query that finds these in the data."""

    name: str
    text: str
    parameters: str
    accept: str = ROWS


@dataclass(frozen=True)
class Query:
    """A question with its variants: whole SPARQL texts."""

    name: str
    accept: str
    variants: tuple[str, ...]


TEMPLATES = (
    Template(
        "label",
        'SELECT ?label WHERE { {0} rdfs:label ?label . FILTER(LANG(?label) = "de") }',
        "SELECT DISTINCT ?a WHERE { ?a a :City ; rdfs:label ?label }",
    ),
    Template(
        "describe",
        "SELECT ?property ?value WHERE { {0} ?property ?value }",
        "SELECT DISTINCT ?a WHERE { ?a a :Finding }",
    ),
    Template(
        "join",
        "SELECT DISTINCT ?network ?event ?place WHERE { ?membership :member {0} ; :membershipIn ?network . "
        "?event :organisedBy ?network ; :heldIn ?place . ?place rdfs:label ?label . FILTER(LANG(?label) = 'en') }",
        "SELECT DISTINCT ?a WHERE { ?m :member ?a ; :membershipIn ?n . "
        "{ SELECT DISTINCT ?n WHERE { ?event :organisedBy ?n ; :heldIn ?place } } }",
    ),
    Template(
        "optional",
        "SELECT ?adoption ?document ?status ?label WHERE { ?adoption :adopter {0} ; :adoptionOf ?document . "
        "OPTIONAL { ?adoption :status ?status } "
        'OPTIONAL { ?document rdfs:label ?label . FILTER(LANG(?label) = "de") } }',
        "SELECT DISTINCT ?a WHERE { ?adoption :adopter ?a ; :adoptionOf ?document }",
    ),
    Template(
        "path",
        "SELECT DISTINCT ?whole ?label WHERE { {0} :partOf+ ?whole . ?whole rdfs:label ?label }",
        "SELECT DISTINCT ?a WHERE { ?a a :Section ; :partOf ?whole }",
    ),
    Template(
        "aggregate",
        "SELECT ?level (COUNT(DISTINCT ?finding) AS ?count) WHERE { ?finding :theme {0} ; a :Finding ; "
        ":governanceLevel ?level } GROUP BY ?level ORDER BY DESC(?count) ?level",
        "SELECT DISTINCT ?a WHERE { ?finding a :Finding ; :theme ?a ; :governanceLevel ?level }",
    ),
    Template(
        "text",
        "SELECT ?finding ?label WHERE { ?finding :about {0} ; rdfs:label ?label . "
        'FILTER(LANG(?label) = "en" && CONTAINS(LCASE(STR(?label)), "cities")) }',
        "SELECT DISTINCT ?a WHERE { ?finding a :Finding ; :about ?a . ?a rdfs:label ?label }",
    ),
    Template(
        "construct",
        "CONSTRUCT { ?finding ?property ?value } WHERE { VALUES ?theme { {0} {1} } "
        f"?finding :theme ?theme ; a :Finding ; ?property ?value }} LIMIT {CONSTRUCTED}",
        "SELECT DISTINCT ?a ?b WHERE { { SELECT DISTINCT ?a { ?x a :Finding ; :theme ?a } } "
        "{ SELECT DISTINCT ?b { ?y a :Finding ; :theme ?b } } FILTER(STR(?a) < STR(?b)) }",
        TRIPLES,
    ),
    Template(
        "provenance",
        "SELECT ?passage ?property ?value ?line WHERE { GRAPH ?passage { {0} ?property ?value } "
        "?passage a :Passage ; :firstLine ?line }",
        "SELECT DISTINCT ?a WHERE { GRAPH ?passage { ?a a :Finding } ?passage a :Passage }",
    ),
)


def prepare(names: list[str], seed: int, select: Callable[[str], list[dict[str, str]]]) -> list[Query]:
    """The mix for one data set; ``select`` runs a query over it and gives rows of IRIs. Same seed, same texts."""
    prepared = []
    for template in TEMPLATES:
        if template.name in names:
            rows = sorted(tuple(row.values()) for row in select(PREFIXES + template.parameters))
            random.Random(f"{seed}/{template.name}").shuffle(rows)
            texts = tuple(PREFIXES + fill(template.text, row) for row in rows[:VARIANTS])
            prepared.append(Query(template.name, template.accept, texts))
    return [query for query in prepared if query.variants]


def fill(text: str, row: tuple[str, ...]) -> str:
    """A text with IRIs of our own data set in the places of its parameters."""
    return re.sub(r"\{(\d)\}", lambda match: f"<{row[int(match[1])]}>", text)


def target(path: str, query: str) -> str:
    """The request target that asks a query by GET."""
    return f"{path}{'&' if '?' in path else '?'}query={quote(query, safe='')}"
