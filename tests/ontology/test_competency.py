"""Competency questions, canned queries and terms hold together: none without the others."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph

from citydiplomacy.content import Content
from citydiplomacy.parameters import Kind
from citydiplomacy.queries import CannedQuery, Gallery, parse_query
from citydiplomacy.release.building import release_lines
from citydiplomacy.repository import Repository
from citydiplomacy.store import Store, select, store_of
from citydiplomacy.tokens import tokens

ROOT = Path(__file__).resolve().parents[2]
QUESTION = re.compile(r"^\| (CQ-\d{2}) \| (.+?) \| (.+?) \|$", re.MULTILINE)
LINK = re.compile(r"\[([\w/-]+)\]\(\.\./queries/([\w/-]+)\.rq\)")
NOWHERE = "https://w3id.org/citydiplomacy/id/nothing-of-this-name"


def questions() -> dict[str, list[str]]:
    """The queries that answer each question, as the questions' file names them."""
    text = (ROOT / "ontology/competency-questions.md").read_text(encoding="utf-8")
    rows = QUESTION.findall(text)
    assert max(Counter(number for number, _, _ in rows).values()) == 1, "a number is given twice"
    return {number: [label for label, _ in LINK.findall(cell)] for number, _, cell in rows}


def queries() -> list[CannedQuery]:
    paths = sorted((ROOT / "queries").glob("*/*.rq"))
    read = ((path.relative_to(ROOT / "queries").with_suffix("").as_posix(), path) for path in paths)
    return [parse_query(name, path.read_text(encoding="utf-8"), path.name) for name, path in read]


def narrowing(query: CannedQuery) -> list[str]:
    """The parameters that name a thing the answer is about."""
    return [parameter.name for parameter in query.parameters if parameter.kind == Kind.IRI]


WITH_PASSAGE = {query.name: query for query in queries() if "passage" in query.columns}
WITH_THING = {query.name: query for query in queries() if narrowing(query)}


@pytest.fixture(scope="module")
def store(real_repository: Repository, content: Content) -> Store:
    return store_of(release_lines(real_repository, content))


def test_there_are_at_least_65_questions_numbered_without_gaps() -> None:
    numbers = list(questions())
    assert len(numbers) >= 65
    assert numbers == [f"CQ-{number:02d}" for number in range(1, len(numbers) + 1)]


def test_each_question_names_the_queries_that_name_it(gallery: Gallery) -> None:
    named = {(number, query) for number, queries in questions().items() for query in queries}
    naming = {(number, query.name) for query in gallery.queries.values() for number in query.competency}
    assert named - naming == set(), "the question names a query whose header does not name it"
    assert naming - named == set(), "the header names a question that does not name the query"


def test_each_question_has_a_query_and_each_query_a_question(gallery: Gallery) -> None:
    assert [number for number, queries in questions().items() if not queries] == []
    assert [query.name for query in gallery.queries.values() if not query.competency] == []


def test_links_to_queries_lead_to_the_file_they_name() -> None:
    text = (ROOT / "ontology/competency-questions.md").read_text(encoding="utf-8")
    links = LINK.findall(text)
    assert len(links) >= 65
    assert [label for label, target in links if label != target] == []
    assert [target for _, target in links if not (ROOT / "queries" / f"{target}.rq").is_file()] == []


def used_terms(query: CannedQuery, namespace: str) -> set[str]:
    """Local names of our terms in a query: in its text, as the class of a parameter, or as a kind one can pick."""
    words, prefixes = list(tokens(query.text)), {}
    for before, name, iri in zip(words, words[1:], words[2:], strict=False):
        if before.text.upper() == "PREFIX":
            prefixes[name.text] = iri.text[1:-1]
    used = set()
    for word in words:
        prefix, colon, local = word.text.partition(":")
        if word.kind == "pname" and prefixes.get(prefix + colon) == namespace:
            used.add(local)
    for parameter in query.parameters:
        used |= {parameter.class_name or ""}
        used |= set(parameter.allowed) if parameter.kind == Kind.STRING else set()
    return used


def test_every_class_and_property_is_used_by_a_query(gallery: Gallery, ontology: Graph, content: Content) -> None:
    namespace = content.names.term("")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind)}
    terms = {term.removeprefix(namespace) for term in declared if term.startswith(namespace)}
    used = {name for query in gallery.queries.values() for name in used_terms(query, namespace)}
    assert len(terms) >= 200
    assert sorted(terms - used) == []


def test_readme_of_the_queries_lists_each_query(gallery: Gallery) -> None:
    readme = (ROOT / "queries/README.md").read_text(encoding="utf-8")
    rows = []
    for query in gallery.queries.values():
        parameters = ", ".join(f"`{parameter.name}`" for parameter in query.parameters)
        rows.append(f"| [{query.name}]({query.name}.rq) | {query.question['en']} | {parameters} |")
    assert [row for row in rows if row not in readme] == []
    assert len(re.findall(r"^\| \[", readme, re.MULTILINE)) == len(rows), "the README lists a query that is not there"


@pytest.mark.parametrize("name", WITH_PASSAGE)
def test_passage_column_names_a_passage_or_a_source(name: str, store: Store, content: Content) -> None:
    rows = select(store, WITH_PASSAGE[name].bind({}, content.names), {})
    graphs = {row["passage"] for row in rows if "passage" in row}
    foreign = {content.names.graph("inferred"), content.names.graph("ontology")}
    assert graphs & foreign == set(), "what was inferred, or defined, is no evidence"


@pytest.mark.parametrize("name", WITH_THING)
def test_parameter_narrows_the_answer(name: str, store: Store, content: Content) -> None:
    query = WITH_THING[name]
    for parameter in narrowing(query):
        rows = select(store, query.bind({parameter: NOWHERE}, content.names), {})
        assert rows == [], f"{parameter} does not filter"


def test_cases_cover_the_queries() -> None:
    assert len(queries()) >= 75
    assert len(WITH_PASSAGE) >= 50
    assert len(WITH_THING) >= 35
