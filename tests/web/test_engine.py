"""The same front before another SPARQL store: Oxigraph's own server, filled by ``publish``, and one that misbehaves."""

import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from citydiplomacy import errors
from citydiplomacy.cli import main
from citydiplomacy.engine import RemoteEngine
from citydiplomacy.pool import PoolSettings, Request, WorkerPool
from citydiplomacy.release import Release

SMALL = str(Path(__file__).resolve().parents[1] / "fixtures" / "small")
ENDLESS = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40))
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}"
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def engine(filled: Any, small_release: Release) -> Iterator[RemoteEngine]:
    settings = PoolSettings(workers=2, deadline=1.5, queue=1, queue_wait=0.3, answer_bytes=2_000_000)
    names = small_release.names
    with RemoteEngine(f"{filled.url}/query", settings, names.prefixes, small_release.base) as asked:
        yield asked


@pytest.fixture(scope="module")
def server(start: Any, filled: Any) -> Any:
    """Our front before Oxigraph's server, asked at most two questions at once."""
    return start("--engine", f"{filled.url}/query", "--workers", "2", "--timeout", "2", "--max-answer", "2")


QUERIES = [
    COUNT,
    "SELECT * { ?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o)) } ORDER BY ?s ?p ?o",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "ASK { ?s a ?class }",
    "SELECT ?p { <id/ada> ?p ?o } ORDER BY ?p",
]


@pytest.mark.parametrize("query", QUERIES)
def test_answers_as_our_own_workers_do(engine: RemoteEngine, small_release: Release, query: str) -> None:
    with WorkerPool(small_release.data, PoolSettings(workers=1), {}, small_release.base) as pool:
        ours = json.loads(pool.ask(Request(query)).read())
    theirs = json.loads(engine.ask(Request(query)).read())
    assert theirs == ours
    assert ours.get("boolean", True)
    assert ours.get("results", {"bindings": [1]})["bindings"]


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads"])
def test_graphs_come_in_every_format(engine: RemoteEngine, name: str) -> None:
    answer = engine.ask(Request("CONSTRUCT WHERE { ?s a ?class }", graphs=name))
    assert answer.format == name
    assert b"Person" in answer.read()


def test_request_may_name_its_dataset(engine: RemoteEngine, small_release: Release) -> None:
    graph = f"{small_release.base}passage/letter/1"
    rows = engine.ask(Request("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", "csv", None, (), (graph,))).read().split()
    assert set(rows) == {b"g", graph.encode()}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("SELECT * { ?s ?p"), errors.BadQuery),
        (Request("INSERT DATA { <a:a> <a:a> <a:a> }"), errors.ReadOnly),
        (Request("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"), errors.BadQuery),
        (Request("ASK {}", results=None), errors.NotAcceptable),
        (Request("CONSTRUCT WHERE { ?s ?p ?o }", graphs=None), errors.NotAcceptable),
        (Request(CROSS, results="csv"), errors.ResultTooBig),
        (Request("CONSTRUCT WHERE { ?s ?p ?o }", truncate=True), errors.BadParameter),
        (Request(RUNAWAY), errors.QueryTimeout),
        (Request(RUNAWAY, timeout=0.2), errors.QueryTimeout),
    ],
)
def test_limits_and_errors_are_those_of_our_workers(
    engine: RemoteEngine, request_: Request, expected: type[errors.CityDiplomacyError]
) -> None:
    started = time.monotonic()
    with pytest.raises(expected):
        engine.ask(request_)
    assert time.monotonic() - started < engine.settings.deadline + 1


def test_syntax_error_has_place_and_hint(engine: RemoteEngine) -> None:
    with pytest.raises(errors.BadQuery) as error:
        engine.ask(Request("SELECT *\n{ <x> foaf:name ?o }"))
    assert error.value.line == 2
    assert error.value.hint == "add: PREFIX foaf: <http://xmlns.com/foaf/0.1/>"


def test_truncated_answer_is_whole_rows_and_says_so(engine: RemoteEngine) -> None:
    answer = engine.ask(Request(CROSS, results="json", truncate=True))
    assert answer.truncated
    assert len(json.loads(answer.read())["results"]["bindings"]) > 100


def test_more_questions_than_may_wait_are_refused_at_once(engine: RemoteEngine) -> None:
    running = [engine.start(Request(RUNAWAY), lambda _: None) for _ in range(2)]
    time.sleep(0.1)
    assert engine.idle == 0
    waiting = engine.start(Request(COUNT), lambda _: None)
    time.sleep(0.1)
    with pytest.raises(errors.Overloaded, match="1 requests wait"):
        engine.ask(Request(COUNT))
    assert not waiting.done()
    with pytest.raises(errors.Overloaded):
        waiting.result(5)
    for one in running:
        one.cancel()
    time.sleep(0.1)
    assert engine.idle == 2


def test_engine_that_is_away_is_an_error_with_words(small_release: Release, unused_port: int) -> None:
    away = RemoteEngine(f"http://127.0.0.1:{unused_port}/", PoolSettings(), {})
    with away, pytest.raises(errors.EngineFailed):
        away.ask(Request(COUNT))


class Odd(http.server.BaseHTTPRequestHandler):
    """An engine that answers what its path names: a status, or a body that a header says is cut short."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        word = self.path.strip("/")
        self.send_response(int(word) if word.isdecimal() else 200)
        self.send_header("Content-Type", "text/html" if word == "html" else "text/csv")
        if word in ("X-SPARQL-MaxRows", "X-SQL-State"):
            self.send_header(word, "1")
        self.send_header("Content-Length", "100" if word == "broken" else "3")
        self.end_headers()
        self.wfile.write(b"a\n1")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("400", errors.BadQuery),
        ("413", errors.ResultTooBig),
        ("429", errors.Overloaded),
        ("503", errors.Overloaded),
        ("504", errors.QueryTimeout),
        ("500", errors.EngineFailed),
        ("404", errors.EngineFailed),
        ("302", errors.EngineFailed),
        ("html", errors.NotAcceptable),
        ("X-SPARQL-MaxRows", errors.ResultTooBig),
        ("X-SQL-State", errors.ResultTooBig),
        ("broken", errors.EngineFailed),
    ],
)
def test_no_answer_of_an_odd_engine_is_taken_for_a_good_one(
    odd: str, word: str, expected: type[errors.CityDiplomacyError]
) -> None:
    with RemoteEngine(f"{odd}/{word}", PoolSettings(), {}) as engine, pytest.raises(expected):
        engine.ask(Request(COUNT, results="csv"))


def test_front_answers_pages_and_queries_from_the_engine(server: Any) -> None:
    assert json.loads(server.get("/health").body)["status"] == "ok"
    assert server.get("/queries/people/members.csv?club=chess-club").body.count(b"\r\n") > 1
    assert server.get("/id/ada", {"Accept": "text/turtle"}).status == 303
    assert server.get("/data/ada.ttl").status == 200
    assert server.get("/sparql").status == 200
    answer = server.get(f"/sparql?query={quote(COUNT)}&format=csv")
    assert answer.status == 200
    assert answer.headers["ETag"]


def test_front_keeps_deadline_and_limits_before_the_engine(server: Any) -> None:
    started = time.monotonic()
    late = server.get(f"/sparql?query={quote(RUNAWAY)}")
    assert late.status == 504
    assert time.monotonic() - started < 3
    assert json.loads(late.body)["title"] == "The query ran out of time"
    assert server.get(f"/sparql?query={quote(CROSS)}&format=csv").status in (413, 504)


def test_question_is_given_up_when_its_client_leaves(server: Any) -> None:
    clients = [server.send(f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for _ in "ab"]
    time.sleep(0.5)
    assert server.figure("citydiplomacy_workers_idle") == 0
    for client in clients:
        client.close()
    assert server.wait_for_idle_workers(2, 5)
    assert server.figure('citydiplomacy_requests_total{cache="none",route="/sparql",status="499"}') == 2


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
        ("GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost : x\r\n\r\n", b"400"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400"),
        ("GET /" + "x" * 70_000, b"414"),
    ],
)
def test_http_is_the_gateways(server: Any, request_: str, status: bytes) -> None:
    """Those who say that they have said all get their answer, and what is refused is a problem document."""
    with server.send(request_.encode()) as client:
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert (b"application/problem+json" in answer) == (status != b"200")


def test_publish_sends_only_what_is_not_there(
    filled: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store = f"{filled.url}/store"
    assert main(["publish", "--root", SMALL, "--to", store]) == 0
    assert capsys.readouterr().out.startswith("0 graphs sent")
    graph = quote("https://example.org/mini/passage/letter/1", safe="")
    filled.get(f"/store?graph={graph}", method="DELETE")
    assert main(["publish", "--root", SMALL, "--to", store]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1 graphs sent")
    assert "SHA-256" in said


def test_publish_can_leave_the_default_graph_alone(
    start: Any, oxigraph: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    oxigraph.get("/store?default", method="DELETE")
    try:
        assert main(["publish", "--root", SMALL, "--to", f"{oxigraph.url}/store", "--no-default"]) == 0
        assert oxigraph.get("/store?default", {"Accept": "application/n-triples"}).body == b""
    finally:
        assert main(["publish", "--root", SMALL, "--to", f"{oxigraph.url}/store"]) == 0


def test_publish_to_what_is_no_store_fails_with_words(
    server: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["publish", "--root", SMALL, "--to", f"{server.url}/sparql"]) == 2
    assert "The store answered 4" in capsys.readouterr().err
