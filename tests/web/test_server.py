"""The server as clients meet it over the wire: deadlines, clients that leave, slow ones, reloads."""

import gzip
import http.client
import json
import signal
import threading
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from local_servers import Running

ENDLESS = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40))
RUNAWAY = quote(f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}")
ENDLESS_ROWS = quote(f"SELECT * {{ {ENDLESS} }}")
ASK = "/sparql?query=ASK%20%7B%7D"
POST = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
DEADLINE = 2


@pytest.fixture(scope="module")
def server(start: Callable[..., Running]) -> Running:
    return start("--workers", "2", "--timeout", str(DEADLINE))


def test_what_a_request_says_of_itself_is_minded(server: Running) -> None:
    direct = {"Content-Type": "application/sparql-query"}
    tag = str(server.get(ASK).headers["ETag"])
    assert server.get("/sparql", direct | {"If-None-Match": tag}, "POST", b"ASK {}").status == 200
    assert server.get("/sparql", direct | {"If-None-Match": tag}, "QUERY", b"ASK {}").status == 304
    packed = server.get("/sparql", direct | {"Content-Encoding": "gzip"}, "POST", gzip.compress(b"ASK {}"))
    assert (packed.status, packed.headers["Accept-Encoding"]) == (415, "identity")


@pytest.mark.parametrize("path", [ASK, "/queries"])
def test_request_without_a_host_is_malformed(server: Running, path: str) -> None:
    """RFC 9112, section 3.2."""
    for version, status in (("1.1", b"400"), ("1.0", b"200")):
        with server.send(f"GET {path} HTTP/{version}\r\nConnection: close\r\n\r\n".encode()) as client:
            assert client.recv(100).split()[1] == status


def test_runaway_query_ends_at_its_deadline_with_504(server: Running) -> None:
    refused = server.get(f"/sparql?query={RUNAWAY}")
    assert refused.status == 504
    assert json.loads(refused.body)["title"] == "The query ran out of time"
    assert server.wait_for_idle_workers(2, 5)


def test_client_may_ask_for_an_earlier_end(server: Running) -> None:
    started = time.monotonic()
    assert server.get(f"/sparql?query={RUNAWAY}&timeout=0.2").status == 504
    assert time.monotonic() - started < DEADLINE


def test_client_that_leaves_frees_its_worker_before_the_deadline(server: Running) -> None:
    assert server.wait_for_idle_workers(2, 5)
    replaced = server.figure("citydiplomacy_workers_replaced")
    clients = [server.send(f"GET /sparql?query={RUNAWAY} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for _ in range(2)]
    time.sleep(0.3)
    for client in clients:
        client.close()
    assert server.wait_for_idle_workers(2, DEADLINE - 0.5)
    assert server.figure("citydiplomacy_workers_replaced") == replaced + 2


def test_busy_server_still_answers_what_it_knows(server: Running) -> None:
    server.get(ASK)
    server.get(ASK)
    clients = [server.send(f"GET /sparql?query={RUNAWAY} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for _ in range(2)]
    time.sleep(0.2)
    assert json.loads(server.get(ASK).body)["boolean"] is True
    assert server.figure("citydiplomacy_workers_idle") == 0
    for client in clients:
        client.close()
    assert server.wait_for_idle_workers(2, 5)


def test_slow_reader_holds_no_worker(server: Running) -> None:
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 200000")
    request = f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: x\r\n\r\n"
    readers = [server.send(request.encode()) for _ in range(4)]
    time.sleep(0.5)
    assert server.wait_for_idle_workers(2, 10)
    for reader in readers:
        reader.close()


def test_slow_writers_hold_nobody_up(server: Running) -> None:
    head = (
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\nASK"
    )
    writers = [server.send(head.encode()) for _ in range(60)]
    assert json.loads(server.get(ASK).body)["boolean"] is True
    assert server.get("/queries").status == 200
    for writer in writers:
        writer.close()


def test_answer_past_the_limit_is_an_error_with_its_status(server: Running) -> None:
    assert server.get(f"/sparql?query={ENDLESS_ROWS}&format=csv").status in (413, 504)


def test_long_answer_tells_its_length_and_comes_whole(server: Running) -> None:
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000")
    response = server.get(f"/sparql?query={query}&format=csv")
    assert int(response.headers["Content-Length"]) == len(response.body) > 2_000_000
    assert response.body.count(b"\r\n") == 60_001


@pytest.mark.parametrize(
    "request_text",
    [
        POST + "Content-Length: 2000000\r\n\r\n",
        POST + "Transfer-Encoding: chunked\r\n\r\n" + 3 * ("80000\r\n" + "#" * 0x80000 + "\r\n"),
    ],
    ids=["said", "unsaid"],
)
def test_body_past_the_limit_is_refused(server: Running, request_text: str) -> None:
    with server.send(request_text.encode()) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("depth", [60, 20_000])
def test_deep_nesting_ends_no_process_but_its_own(server: Running, depth: int) -> None:
    query = quote("ASK " + "{" * depth + "}" * depth)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/sparql", f"query={query}", {"Content-Type": "application/x-www-form-urlencoded"})
    assert connection.getresponse().status in (200, 503)
    connection.close()
    assert server.get("/health").status == 200


def test_reload_drops_no_request(server: Running) -> None:
    failures: list[str] = []
    answered = [0]
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                server.get(ASK)
                answered[0] += 1
            except OSError as error:
                failures.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    server.process.send_signal(signal.SIGHUP)
    time.sleep(3)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert answered[0] > 100
