"""Queries that would bring a server down die at their deadline or limit, alone, and say why."""

import json
import threading
import time
from typing import Any
from urllib.parse import quote

import pytest

from citydiplomacy.errors import EngineCrashed, Overloaded

DEADLINE = 2.0
SLACK = 1.0  # the deadline is met within a second
ALL = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(4))
ANY = "(!<x:x>|^!<x:x>)"
DOUBLED = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}, ?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(16))
LONG = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(20))
NESTED = "(" * 90 + "a" + ")*" * 90

HOSTILE = {
    "cartesian product": (f"SELECT (COUNT(*) AS ?n) {{ {ALL} ?e ?f ?g . ?h ?i ?j }}", {504}),
    "giant aggregate": (
        f"SELECT ?a0 (COUNT(DISTINCT ?c3) AS ?n) (MAX(?b2) AS ?m) {{ {ALL} }} GROUP BY ?a0",
        {503, 504},
    ),
    "path explosion": (
        f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY}+ ?b . ?b {ANY}* ?c . ?c {ANY}* ?d . ?d {ANY}* ?e }}",
        {504},
    ),
    "nested paths": (
        f"SELECT (COUNT(*) AS ?n) {{ ?a (({ANY}+/{ANY}*)+/{ANY}+)+ ?b . ?c ({ANY}/{ANY}*)+ ?d . {ALL} }}",
        {504},
    ),
    "sort of everything": (f"SELECT * {{ {ALL} }} ORDER BY ?c3 ?c2 LIMIT 5", {503, 504}),
    "distinct of everything": (f"SELECT DISTINCT * {{ {ALL} }}", {413, 503, 504}),
    "hundred megabytes of CONSTRUCT": (f"CONSTRUCT {{ ?a0 ?b1 ?c2 . ?a1 ?b2 ?c3 }} WHERE {{ {ALL} }}", {413, 504}),
    "hundred megabytes of rows": (f"SELECT * {{ {ALL} }}", {413, 504}),
    "joined strings": (f'SELECT (GROUP_CONCAT(STR(?c2); separator="----------------") AS ?x) {{ {ALL} }}', {503, 504}),
    "doubled string": (f'SELECT (STRLEN(?x16) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {DOUBLED} }}', {503, 504}),
    "regex with much to do": (
        f'SELECT (COUNT(*) AS ?n) {{ BIND("ab" AS ?x0) {LONG} {ALL} '
        'FILTER(REGEX(CONCAT(?x20, STR(?a0)), "(a|b|ab)*(a*)*c$")) }',
        {503, 504},
    ),
    "catastrophic regex": (f'ASK {{ FILTER(REGEX("{"a" * 5000}", "{"(a*)*" * 12}b")) }}', {200, 504}),
    "regex that grows": ('ASK { FILTER(REGEX("a", "((a{1,1000}){1,1000}){1,1000}")) }', {200, 503, 504}),
    "replacement that grows": (
        f'SELECT (STRLEN(REPLACE(REPLACE(?x20, "a", ?x20), "b", ?x20)) AS ?n) {{ BIND("ab" AS ?x0) {LONG} }}',
        {503, 504},
    ),
    "nested expression": (f"ASK {{ FILTER({'!' * 200_000}true) }}", {200, 400, 503}),
    "nested path": (f"ASK {{ ?a {NESTED} ?b }}", {200, 503, 504}),
    "long chain": ("ASK { ?a " + "/".join(["<x:x>"] * 20_000) + " ?b }", {200, 503, 504}),
    "long alternative": ("ASK { FILTER(" + "||".join(["?a = 1"] * 50_000) + ") }", {200, 400, 503, 504}),
}


@pytest.fixture(scope="module")
def server(start: Any) -> Any:
    return start("--workers", "2", "--timeout", str(DEADLINE), "--memory", "200", "--max-answer", "20")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_query_dies_in_time_and_alone(server: Any, name: str) -> None:
    query, expected = HOSTILE[name]
    started = time.monotonic()
    headers = {"Content-Type": "application/sparql-query", "Accept": "*/*"}
    answer = server.get("/sparql", headers, "POST", query.encode())
    seconds = time.monotonic() - started
    assert answer.status in expected, answer.body[:300]
    assert seconds < DEADLINE + SLACK
    if answer.status != 200:
        problem = json.loads(answer.body)
        assert problem["status"] == answer.status
        assert problem["title"]
        assert problem["detail"]
        assert ("Retry-After" in answer.headers) == (problem["title"] == Overloaded.title)
    assert server.get("/health").status == 200


def mixed(key: str) -> str:
    """What is in the data, and numbers among other literals, sorted: the engine panics, and ends its process."""
    values = " ".join(f"{one * 37 % 101} '{one * 53 % 101}a'" for one in range(101))
    return f"SELECT ?x {{ {{ ?s ?p ?x FILTER(!ISNUMERIC(?x)) }} UNION {{ VALUES ?x {{ {values} }} }} }} ORDER BY {key}"


@pytest.mark.parametrize("way", ["GET", "POST"])
def test_order_that_the_engine_has_not_is_made_for_it(server: Any, way: str) -> None:
    query = mixed("?x") + f" # {way}"
    kind = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    before = server.figure("citydiplomacy_workers_replaced")
    if way == "GET":
        answer = server.get(f"/sparql?query={quote(query)}&format=csv")
    else:
        answer = server.get("/sparql", kind, way, query.encode())
    assert answer.status == 200, answer.body
    assert answer.body.split()[-101:] == [str(one).encode() for one in range(101)]
    after = server.figure("citydiplomacy_workers_replaced")
    assert after > before
    assert server.get(f"/sparql?query={quote(query)}&format=csv").body == answer.body
    assert server.figure("citydiplomacy_workers_replaced") == after  # the answer is kept for the query as it was


def test_engine_that_fails_is_said_to(server: Any) -> None:
    answer = server.get(f"/sparql?query={quote(mixed('COALESCE(?x)'))}")
    problem = json.loads(answer.body)
    assert (answer.status, problem["status"], problem["title"]) == (500, 500, EngineCrashed.title)
    assert "fault of the engine's, not of the server's load" in problem["detail"]
    assert "ORDER BY STR(?x)" in problem["hint"]
    assert "Retry-After" not in answer.headers
    assert server.get(f"/sparql?query={quote(mixed('STR(?x)'))}").status == 200


def test_all_workers_are_back_afterwards(server: Any) -> None:
    assert server.figure("citydiplomacy_workers_idle") == 2


def test_harmless_queries_go_on_beside_a_hostile_one(server: Any) -> None:
    hostile = quote(HOSTILE["path explosion"][0])
    beside = threading.Thread(target=server.get, args=(f"/sparql?query={hostile}",))
    beside.start()
    answered = 0
    while beside.is_alive():
        query = quote(f"SELECT * {{ ?s ?p ?o }} LIMIT {answered + 1}")
        assert server.get(f"/sparql?query={query}").status == 200
        answered += 1
    assert answered > 20  # one after the other, while that one took all of its time
