"""The server as clients meet it over the wire: deadlines, clients that leave, slow ones, reloads."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import pytest

SMALL = Path(__file__).resolve().parents[1] / "fixtures" / "small"
ENDLESS = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40))
RUNAWAY = quote(f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}")
ENDLESS_ROWS = quote(f"SELECT * {{ {ENDLESS} }}")
ASK = "/sparql?query=ASK%20%7B%7D"
POST = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
DEADLINE = 2


@dataclass(frozen=True)
class Got:
    """A response, read to its end."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and its process."""

    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str, timeout: float = 20) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return Got(response.status, response.headers, response.read())
        finally:
            connection.close()

    def send(self, data: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        connection.sendall(data)
        return connection

    def figure(self, name: str) -> float:
        lines = self.get("/metrics").body.decode().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def wait_for_idle_workers(self, count: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.figure("citydiplomacy_workers_idle") >= count:
                return True
            time.sleep(0.02)
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}
    command = [sys.executable, "-m", "citydiplomacy.cli", "serve", "--root", str(SMALL), "--port", str(port)]
    command += ["--workers", "2", "--timeout", str(DEADLINE)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    running = Server(port, process)
    try:
        for _ in range(300):
            try:
                running.get("/health")
                break
            except OSError:
                time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_runaway_query_ends_at_its_deadline_with_504(server: Server) -> None:
    refused = server.get(f"/sparql?query={RUNAWAY}")
    assert refused.status == 504
    assert json.loads(refused.body)["title"] == "The query ran out of time"
    assert server.wait_for_idle_workers(2, 5)


def test_client_may_ask_for_an_earlier_end(server: Server) -> None:
    started = time.monotonic()
    assert server.get(f"/sparql?query={RUNAWAY}&timeout=0.2").status == 504
    assert time.monotonic() - started < DEADLINE


def test_client_that_leaves_frees_its_worker_before_the_deadline(server: Server) -> None:
    assert server.wait_for_idle_workers(2, 5)
    replaced = server.figure("citydiplomacy_workers_replaced")
    clients = [server.send(f"GET /sparql?query={RUNAWAY} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for _ in range(2)]
    time.sleep(0.3)
    for client in clients:
        client.close()
    assert server.wait_for_idle_workers(2, DEADLINE - 0.5)
    assert server.figure("citydiplomacy_workers_replaced") == replaced + 2


def test_busy_server_still_answers_what_it_knows(server: Server) -> None:
    server.get(ASK)
    server.get(ASK)
    clients = [server.send(f"GET /sparql?query={RUNAWAY} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) for _ in range(2)]
    time.sleep(0.2)
    started = time.monotonic()
    assert json.loads(server.get(ASK).body)["boolean"] is True
    assert time.monotonic() - started < 1
    for client in clients:
        client.close()
    assert server.wait_for_idle_workers(2, 5)


def test_slow_reader_holds_no_worker(server: Server) -> None:
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 200000")
    request = f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: x\r\n\r\n"
    readers = [server.send(request.encode()) for _ in range(4)]
    time.sleep(0.5)
    assert server.wait_for_idle_workers(2, 10)
    for reader in readers:
        reader.close()


def test_slow_writers_hold_nobody_up(server: Server) -> None:
    head = (
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 1000\r\n\r\nASK"
    )
    writers = [server.send(head.encode()) for _ in range(60)]
    assert json.loads(server.get(ASK).body)["boolean"] is True
    assert server.get("/queries").status == 200
    for writer in writers:
        writer.close()


def test_answer_past_the_limit_is_an_error_with_its_status(server: Server) -> None:
    assert server.get(f"/sparql?query={ENDLESS_ROWS}&format=csv").status in (413, 504)


def test_long_answer_tells_its_length_and_comes_whole(server: Server) -> None:
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
def test_body_past_the_limit_is_refused(server: Server, request_text: str) -> None:
    with server.send(request_text.encode()) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("depth", [60, 20_000])
def test_deep_nesting_ends_no_process_but_its_own(server: Server, depth: int) -> None:
    query = quote("ASK " + "{" * depth + "}" * depth)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/sparql", f"query={query}", {"Content-Type": "application/x-www-form-urlencoded"})
    assert connection.getresponse().status in (200, 503)
    connection.close()
    assert server.get("/health").status == 200


def test_reload_drops_no_request(server: Server) -> None:
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
