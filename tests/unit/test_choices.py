"""What a form offers for a parameter: the values that lead to answers."""

import pytest

from citydiplomacy.choices import choices_query, members_query
from citydiplomacy.queries import CannedQuery, read_gallery
from citydiplomacy.release import Release
from citydiplomacy.repository import Repository
from citydiplomacy.store import Store, load_store, select


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


def test_offers_years(store: Store, queries: dict[str, CannedQuery], real_repository: Repository) -> None:
    offered = choices(store, queries["forums/timeline"], "year", real_repository)
    assert "2018" in offered


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
