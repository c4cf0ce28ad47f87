"""Connections are lent to workers, and nobody notices when one of these is ended."""

import http.client
import json
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import quote

import pytest
from local_servers import Running

from citydiplomacy.release import Release
from citydiplomacy.web.direct import Kept, shape_of
from citydiplomacy.web.plain import read_plain

HOST = "Host: x\r\n"
SLOW = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40)) + "}"
DOUBLED = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}, ?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(16))
HUGE = f'SELECT (STRLEN(?x16) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {DOUBLED} }}'


@pytest.fixture
def clients(server: Running) -> Iterator[Callable[[], "Client"]]:
    """Makes clients, which are closed after the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Client(server)))


@pytest.fixture(scope="module")
def server(start: Callable[..., Running]) -> Running:
    return start("--workers", "2", "--timeout", "2", "--memory", "200")


def get(target: str, fields: str = HOST) -> bytes:
    return f"GET {target} HTTP/1.1\r\n{fields}\r\n".encode()


def asked(query: str, **more: str) -> str:
    return f"/sparql?query={quote(query)}" + "".join(f"&{name}={value}" for name, value in more.items())


class Client:
    """A connection that is kept."""

    def __init__(self, server: Running) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self.connection.connect()
        self.socket = self.connection.sock

    def get(self, target: str, method: str = "GET") -> tuple[int, bytes]:
        self.connection.request(method, target)
        response = self.connection.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        self.connection.close()

    def kept(self) -> bool:
        return self.connection.sock is self.socket


PLAIN = [
    get("/sparql?query=ASK%7B%7D"),
    get("/", HOST + "Accept: text/html\r\nConnection: keep-alive\r\n"),
    get("/page/x", HOST + "Connection: close\r\n"),
    b"HEAD /sparql HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nhost:x\r\nContent-Length: 3\r\n\r\nabc",
]
NOT_PLAIN = {
    "nothing": b"",
    "a head without its end": get("/")[:-2],
    "two requests": get("/") + get("/"),
    "a body that is not whole": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabc",
    "a body without its length": b"POST / HTTP/1.1\r\nHost: x\r\n\r\nabc",
    "chunks": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both lengths": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "a length with a sign": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
    "a folded line": get("/", HOST + "Accept: a,\r\n b\r\n"),
    "a space before the colon": get("/", HOST + "Accept : a\r\n"),
    "bare line feeds": get("/").replace(b"\r\n", b"\n"),
    "no host": get("/", "Accept: a\r\n"),
    "a host that is none": get("/", "Host: a b/c\r\n"),
    "a fragment": get("/sparql?query=ASK%7B%7D#x"),
    "two hosts": get("/", HOST + HOST),
    "an expectation": get("/", HOST + "Expect: 100-continue\r\n"),
    "another protocol": get("/", HOST + "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "another version": get("/").replace(b"1.1", b"1.0"),
    "another method": get("/").replace(b"GET", b"PUT"),
    "a whole URL": get("http://x/"),
    "a byte 0": get("/", HOST + "Accept: \0\r\n"),
}


@pytest.mark.parametrize("data", PLAIN)
def test_whole_plain_request_is_read(data: bytes) -> None:
    plain = read_plain(data)
    assert plain
    assert plain.headers["host"] == "x"
    assert plain.keeps == (b"close" not in data)
    assert plain.body == data.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_one_whole_plain_request_is_left_to_a_full_http_server(name: str) -> None:
    assert read_plain(NOT_PLAIN[name]) is None


def test_queries_that_ask_the_same_of_other_things_have_one_shape() -> None:
    texts = ['SELECT * { <a:b> ?p "x" } LIMIT 10', "SELECT * { <c:d> ?p 'y' } LIMIT 200"]
    assert shape_of(texts[0]) != shape_of("SELECT * { ?s ?p ?o }")
    assert len({shape_of(text.replace("'", '"')) for text in texts}) == 1


def test_shape_of_a_text_that_opens_much_and_closes_nothing_takes_no_time() -> None:
    started = time.perf_counter()
    shape_of("ASK {} #" + "<" * 60_000)
    assert time.perf_counter() - started < 0.2  # if each sign's end is looked for up to the text's, a second or two


def test_what_is_kept_first_goes_first() -> None:
    kept: Kept[str, str] = Kept(10)
    for name in "abc":
        kept.keep(name, name, 4)
    assert [kept.get(name) for name in "abc"] == [None, "b", "c"]
    kept.keep("long", "long", 100)
    assert [kept.get(name) for name in ("b", "c", "long")] == [None, None, None]


def test_slow_query_leaves_the_other_connections_of_its_worker_alone(clients: Callable[[], Client]) -> None:
    others = [clients() for _ in range(8)]
    assert {other.get(asked(f"ASK {{ ?s ?p {number} }}"))[0] for number, other in enumerate(others)} == {200}
    slow = clients()
    answers: list[tuple[int, bytes]] = []
    thread = threading.Thread(target=lambda: answers.append(slow.get(asked(SLOW))))
    thread.start()
    number = 0
    while thread.is_alive():
        number += 1
        status, body = others[number % 8].get(asked(f"SELECT ({number} AS ?n) {{}}", format="csv"))
        assert (status, body) == (200, f"n\r\n{number}\r\n".encode())
    assert all(other.kept() for other in others)
    assert number > 20  # one after the other, while the slow one took all of its time
    assert [status for status, _ in answers] == [504]


def test_query_that_ends_its_worker_leaves_the_other_connections_alone(clients: Callable[[], Client]) -> None:
    others = [clients() for _ in range(8)]
    for number in range(3):
        status, body = clients().get(asked(f"{HUGE} # {number}"))
        assert (status, json.loads(body)["status"]) in ((503, 503), (504, 504))
        assert {other.get(asked("ASK {}"))[0] for other in others} == {200}
    assert all(other.kept() for other in others)


def test_connection_of_a_slow_query_serves_the_next_one(clients: Callable[[], Client]) -> None:
    client = clients()
    assert client.get(asked(SLOW + "# again", timeout="0.3"))[0] == 504
    assert client.get(asked("ASK {}")) == (200, b'{"head":{},"boolean":true}')
    assert client.get("/queries")[0] == 200
    assert client.get("/queries", "HEAD") == (200, b"")
    assert client.get(asked("ASK {"))[0] == 400
    assert client.get(asked("ASK {}"))[0] == 200
    assert client.kept()


def test_answers_come_in_the_order_of_requests_that_are_sent_at_once(server: Running) -> None:
    queries = [asked(f"SELECT ({number} AS ?n) {{}}", format="csv") for number in range(5)]
    with server.send(b"".join(map(get, queries))) as connection:
        got = b""
        while got.count(b"\r\n\r\n") < 5 or not got.endswith(b"4\r\n"):
            got += connection.recv(65536)
    assert [got.index(f"n\r\n{number}\r\n".encode()) for number in range(5)] == sorted(
        got.index(f"n\r\n{number}\r\n".encode()) for number in range(5)
    )


def test_request_in_small_pieces_is_answered(server: Running) -> None:
    request = get(asked("ASK { ?a ?b 5 }"))
    with server.send(request[:10]) as connection:
        for start in range(10, len(request), 30):
            time.sleep(0.01)
            connection.sendall(request[start : start + 30])
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK")


def test_client_that_wants_no_more_is_let_go(server: Running) -> None:
    for target in (asked("ASK {}"), asked("ASK {"), "/health"):
        with server.send(get(target, HOST + "Connection: close\r\n")) as connection:
            got = b""
            while piece := connection.recv(65536):
                got += piece
        assert b"connection: close" in got.lower()


def test_slow_reader_gets_the_whole_of_a_short_answer(server: Running) -> None:
    query = asked("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 3000", format="csv")
    whole = server.get(query).body
    assert 300_000 < len(whole) < 1024 * 1024
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(get(query + "&x=slow"))
        time.sleep(0.3)
        got = bytearray()
        while not got.endswith(whole[-200:]):
            got += connection.recv(16384)
        assert bytes(got).partition(b"\r\n\r\n")[2] == whole
        connection.sendall(get(asked("ASK {}")))
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK")


def test_dated_like_every_response(server: Running) -> None:
    """RFC 9110, section 6.6.1."""
    for _ in range(3):
        dated = server.get(asked("ASK { ?a ?b 6 }")).headers["Date"]
        assert abs(time.time() - time.mktime(time.strptime(dated, "%a, %d %b %Y %H:%M:%S GMT")) + time.timezone) < 5


def test_each_client_has_one_share_whoever_answers(start: Callable[..., Running]) -> None:
    server = start("--workers", "2", "--rate", "1", ready="/health")
    statuses = [server.get(asked(f"ASK {{ ?s ?p {number} }}")).status for number in range(12)]
    assert statuses[:5] == [200] * 5
    assert statuses[-1] == 429
    assert server.get("/queries").status == 429
    assert int(server.get("/queries").headers["Retry-After"]) >= 1


def test_request_that_takes_the_long_way_is_counted_once(start: Callable[..., Running]) -> None:
    server = start("--workers", "2", "--rate", "0.5", ready="/health")
    time.sleep(2.5)  # for what was asked until it was ready
    long = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
    statuses = [server.get(asked(f"{long} # {number}", format="csv")).status for number in range(7)]
    assert statuses[:4] == [200] * 4
    assert statuses[-1] == 429


def test_store_on_disk_is_served_and_reloaded(start: Callable[..., Running], tmp_path: Path) -> None:
    server = start("--workers", "2", "--store", str(tmp_path / "stores"))
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    before = server.get(asked(query, format="csv")).body
    assert int(before.split()[1]) > 200
    assert len(list((tmp_path / "stores").iterdir())) == 1
    server.process.send_signal(signal.SIGHUP)
    for number in range(100):
        assert server.get(asked(f"{query} # {number}", format="csv")).body == before
        time.sleep(0.02)
    assert len(list((tmp_path / "stores").iterdir())) == 1


def test_release_that_is_broken_is_not_taken(
    start: Callable[..., Running], small_release: Release, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    shutil.copytree(small_release.directory, release)
    server = start("--workers", "2", "--release", str(release))
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    before = server.get(asked(count, format="csv")).body
    (release / "data.nq").write_text("nonsense")
    server.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 10
    while "goes on being served" not in server.log.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    assert "could not be loaded" in server.log.read_text()
    for number in range(20):
        assert server.get(asked(f"{count} # {number}", format="csv")).body == before
