"""Queries run in workers that can be killed: limits hold, and nothing of a query outlives it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from citydiplomacy import spawner
from citydiplomacy.errors import (
    BadQuery,
    NotAcceptable,
    Overloaded,
    QueryTimeout,
    QueryTooBig,
    ReleaseError,
    ResultTooBig,
    Unsortable,
)
from citydiplomacy.pool import PoolSettings, Request, WorkerPool

DATA = """<http://e/a> <http://e/p> <http://e/b> <http://e/g1> .
<http://e/a> <http://e/p> <http://e/b> <http://e/g2> .
<http://e/b> <http://e/p> "x"@en <http://e/g2> .
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"
ENDLESS_ROWS = "SELECT * {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    path = tmp_path_factory.mktemp("pool") / "data.nq"
    path.write_text(DATA)
    settings = PoolSettings(workers=2, deadline=1.0, queue_wait=0.3, answer_bytes=2_000_000)
    with WorkerPool(path, settings, {"e": "http://e/"}) as running:
        yield running


def csv(pool: WorkerPool, query: str, **choice: tuple[str, ...]) -> list[str]:
    return pool.ask(Request(query, results="csv", **choice)).read().decode().split()  # type: ignore[arg-type]


def test_counts_a_shared_statement_once(pool: WorkerPool) -> None:
    assert csv(pool, COUNT) == ["n", "2"]


def test_named_graphs_stand_apart(pool: WorkerPool) -> None:
    assert csv(pool, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == ["n", "3"]


@pytest.mark.parametrize(
    ("default_graphs", "named_graphs", "count"),
    [
        (("http://e/g1",), (), "1"),
        (("http://e/g1", "http://e/g2"), (), "2"),
        ((), ("http://e/g2",), "0"),
        (("http://e/unknown",), (), "0"),
    ],
)
def test_protocol_dataset_is_what_the_query_sees(
    pool: WorkerPool, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...], count: str
) -> None:
    assert csv(pool, COUNT, default_graphs=default_graphs, named_graphs=named_graphs) == ["n", count]


def test_several_from_graphs_are_merged(pool: WorkerPool) -> None:
    assert csv(pool, COUNT.replace("{", "FROM <http://e/g1> FROM <http://e/g2> {")) == ["n", "2"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("PREFIX e: <http://e/> SELECT (COUNT(*) AS ?n) FROM e:g1 FROM e:g2 { ?s ?p ?o }", "2"),
        ("BASE <http://e/> SELECT (COUNT(*) AS ?n) FROM <g1> FROM <g2> { ?s ?p ?o }", "2"),
        ("SELECT (COUNT(*) AS ?n) FROM <http://e/g1> FROM <http://e/unknown> { ?s ?p ?o }", "1"),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <http://e/g2> FROM NAMED <http://e/g2> { GRAPH ?g { ?s ?p ?o } }", "2"),
    ],
)
def test_graphs_are_resolved_before_they_are_merged(pool: WorkerPool, query: str, count: str) -> None:
    assert csv(pool, query) == ["n", count]


def test_unresolvable_from_graph_is_an_error(pool: WorkerPool) -> None:
    with pytest.raises(BadQuery):
        pool.ask(Request("ASK FROM e:g1 FROM e:g2 {}"))


def test_protocol_dataset_goes_before_from(pool: WorkerPool) -> None:
    query = COUNT.replace("{", "FROM <http://e/g2> {")
    assert csv(pool, query, default_graphs=("http://e/g1",)) == ["n", "1"]


def test_graph_answers_come_in_rdf(pool: WorkerPool) -> None:
    answer = pool.ask(Request("CONSTRUCT WHERE { <http://e/b> ?p ?o }", graphs="turtle"))
    assert answer.content_type == "text/turtle; charset=utf-8"
    assert 'e:b e:p "x"@en .' in answer.read().decode()


def test_syntax_error_has_line_and_column(pool: WorkerPool) -> None:
    with pytest.raises(BadQuery) as error:
        pool.ask(Request("SELECT *\n{ ?s ?p"))
    assert (error.value.line, error.value.column) == (2, 8)


def test_answer_in_no_acceptable_format_is_refused(pool: WorkerPool) -> None:
    with pytest.raises(NotAcceptable):
        pool.ask(Request("ASK {}", results=None))
    with pytest.raises(NotAcceptable):
        pool.ask(Request("CONSTRUCT WHERE { ?s ?p ?o }", graphs=None))


def test_runaway_query_ends_at_its_deadline_and_the_pool_goes_on(pool: WorkerPool) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match="1 seconds"):
        pool.ask(Request(RUNAWAY)).read()
    assert time.monotonic() - started < 10
    assert csv(pool, COUNT) == ["n", "2"]


def test_client_can_ask_for_an_earlier_deadline_only(pool: WorkerPool) -> None:
    with pytest.raises(QueryTimeout, match=r"0\.2 seconds"):
        pool.ask(Request(RUNAWAY, timeout=0.2)).read()
    with pytest.raises(QueryTimeout, match="1 seconds"):
        pool.ask(Request(RUNAWAY, timeout=60)).read()


def test_answer_past_the_limit_is_an_error_not_a_short_answer(pool: WorkerPool) -> None:
    with pytest.raises(ResultTooBig):
        pool.ask(Request(ENDLESS_ROWS, results="json")).read()


def test_client_that_leaves_frees_its_worker(pool: WorkerPool) -> None:
    for _ in range(4):
        answer = pool.ask(Request(ENDLESS_ROWS, results="csv"))
        answer.close()
    assert csv(pool, COUNT) == ["n", "2"]


def test_full_pool_says_so_at_once(pool: WorkerPool) -> None:
    held = [pool.ask(Request(ENDLESS_ROWS, results="csv")) for _ in range(2)]
    try:
        with pytest.raises(Overloaded):
            pool.ask(Request(COUNT))
    finally:
        for answer in held:
            answer.close()
    assert csv(pool, COUNT) == ["n", "2"]


def test_query_that_kills_its_worker_is_told_so(pool: WorkerPool) -> None:
    hog = (
        "SELECT (GROUP_CONCAT(?x) AS ?n) { VALUES ?a { "
        + '"'
        + "x" * 200_000
        + '"'
        + " } BIND(?a AS ?x) "
        + "".join(f"VALUES ?v{i} {{ 1 2 3 4 5 6 7 8 9 }} " for i in range(6))
        + "}"
    )
    with pytest.raises((QueryTooBig, QueryTimeout, ResultTooBig)):
        pool.ask(Request(hog)).read()
    assert csv(pool, COUNT) == ["n", "2"]


def test_worker_that_can_not_be_replaced_just_now_is_replaced_later(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    born, failures = spawner.born, iter(range(2))

    def born_later(forks: spawner.Forks) -> spawner.Worker:
        if next(failures, None) is not None:
            raise ReleaseError("Workers end as soon as they are started.")
        return born(forks)

    monkeypatch.setattr("citydiplomacy.pool.born", born_later)
    monkeypatch.setattr("citydiplomacy.pool.AGAIN_SECONDS", 0.1)
    with pytest.raises(QueryTimeout):
        pool.ask(Request(RUNAWAY, timeout=0.1)).read()
    assert pool.idle == 1
    until = time.monotonic() + 5
    while pool.idle < 2 and time.monotonic() < until:
        time.sleep(0.02)
    assert pool.idle == 2


def mixed(key: str) -> str:
    """A query that sorts numbers among other literals, for which the engine has no order."""
    values = " ".join(f"{one * 37 % 101} '{one * 53 % 101}a'" for one in range(101))
    return f"SELECT ?x {{ VALUES ?x {{ {values} }} }} ORDER BY {key}"


def test_what_the_engine_can_not_sort_is_sorted_with_the_numbers_last(pool: WorkerPool) -> None:
    before = pool.replaced
    rows = csv(pool, mixed("?x"))[1:]
    assert pool.replaced == before + 1  # the engine ended its process over it
    assert rows[:101] == sorted(f"{one}a" for one in range(101))
    assert rows[101:] == [str(one) for one in range(101)]


def test_engine_that_ends_its_process_is_told_to_be_at_fault(pool: WorkerPool) -> None:
    with pytest.raises(Unsortable, match="fault of the engine's") as error:
        pool.ask(Request(mixed("COALESCE(?x)"))).read()
    assert "STR(?x)" in str(error.value.hint)
    assert csv(pool, COUNT) == ["n", "2"]
    assert len(csv(pool, mixed("STR(COALESCE(?x))"))) == 203


def test_release_that_does_not_load_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.nq"
    path.write_text("this is no N-Quads\n")
    with pytest.raises(ReleaseError):
        WorkerPool(path, PoolSettings(workers=1), {})
    capfd.readouterr()
