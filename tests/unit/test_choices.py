"""What a form offers for a parameter: the values that lead to answers."""

import pytest

from citydiplomacy.choices import choices_query, members_query
from citydiplomacy.names import XSD, Names
from citydiplomacy.parameters import Kind
from citydiplomacy.queries import CannedQuery, parse_query, read_gallery
from citydiplomacy.release import Release
from citydiplomacy.repository import Repository
from citydiplomacy.store import Store, load_store, select, store_of


@pytest.fixture(scope="module")
def store(real_release: Release) -> Store:
    return load_store(real_release.data)


@pytest.fixture(scope="module")
def queries(real_repository: Repository) -> dict[str, CannedQuery]:
    return dict(read_gallery(real_repository).queries)


def choices(store: Store, query: CannedQuery, name: str, repository: Repository) -> list[str]:
    parameter = next(one for one in query.parameters if one.name == name)
    text = choices_query(query, parameter, "en", repository.names)
    assert text
    return [row["choice"] for row in select(store, text, {})]


def test_offers_what_has_answers_only(
    store: Store, queries: dict[str, CannedQuery], real_repository: Repository
) -> None:
    query = queries["finance/who-funds-whom"]
    offered = choices(store, query, "recipient", real_repository)
    assert real_repository.names.things + "mayors-migration-council" in offered
    for iri in offered:
        assert select(store, query.bind({"recipient": iri}, real_repository.names), {}), iri


def test_every_choice_of_a_queries_only_parameter_has_an_answer(
    store: Store, queries: dict[str, CannedQuery], real_repository: Repository
) -> None:
    seen = 0
    for query in queries.values():
        own = [one for one in query.parameters if one.kind != Kind.LANGUAGE]
        if len(own) == 1 and query.form == "SELECT" and not own[0].allowed:
            offered = sorted(choices(store, query, own[0].name, real_repository))
            for value in offered[:: max(1, len(offered) // 12)]:
                assert select(store, query.bind({own[0].name: value}, real_repository.names), {}), (query.name, value)
                seen += 1
    assert seen > 100


def test_offers_years(store: Store, queries: dict[str, CannedQuery], real_repository: Repository) -> None:
    offered = choices(store, queries["forums/timeline"], "year", real_repository)
    assert "2018" in offered


def test_asks_the_where_clause_and_not_what_stands_before_it() -> None:
    names = Names("http://e/")
    header = """#+ title = { en = "a", de = "a" }
#+ question = { en = "a", de = "a" }
#+ columns = ["s", "known"]
#+ [parameters.year]
#+ type = "integer"
#+ label = { en = "a", de = "a" }
"""
    body = """# SELECT {
SELECT ?s (EXISTS { ?s <http://e/knows> ?t } AS ?known) {
  # values: year
  ?s <http://e/born> ?year # }
}
"""
    query = parse_query("a/b", header + body, "b.rq")
    text = choices_query(query, query.parameters[0], "en", names)
    assert text
    data = [f'<http://e/a> <http://e/born> "{year}"^^<{XSD}integer> <http://e/g> .\n' for year in (1901, 1902)]
    assert sorted(row["choice"] for row in select(store_of(data), text, {})) == ["1901", "1902"]


def test_every_query_can_be_asked_for_its_choices(
    store: Store, queries: dict[str, CannedQuery], real_repository: Repository
) -> None:
    asked = 0
    for query in queries.values():
        for parameter in query.parameters:
            text = choices_query(query, parameter, "de", real_repository.names)
            if text:
                select(store, text, {})
                asked += 1
            members = members_query(parameter, "de", real_repository.names)
            assert (members is None) == (parameter.class_name is None)
    assert asked > 40
