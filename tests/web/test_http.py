"""Requests over the wire, as RFC 9110 and RFC 9112 have them: each is answered, refused in our words, or let go."""

import json
import socket
from collections.abc import Callable
from contextlib import suppress

import pytest
from local_servers import Running

ASK = "/sparql?query=ASK%7B%7D"
DIRECT = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = DIRECT + "Transfer-Encoding: chunked\r\n\r\n"
TURTLE = b"<http://example.org/a> a <http://example.org/b> .\n"


@pytest.fixture(scope="module")
def server(start: Callable[..., Running]) -> Running:
    return start("--workers", "2", "--timeout", "2")


def get(target: str, more: str = "") -> str:
    return f"GET {target} HTTP/1.1\r\nHost: x\r\n{more}\r\n"


def statuses(data: bytes) -> list[int]:
    """The statuses of the responses that some bytes are."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *fields = head.lower().split(b"\r\n")
        found.append(int(first.split()[1]))
        lengths = [int(field.partition(b":")[2]) for field in fields if field.startswith(b"content-length:")]
        data = rest[sum(lengths) :]
    return found


def exchange(server: Running, request: bytes | str, *, half: bool = True) -> bytes:
    """All that comes for a request after which the client says that it says no more."""
    got = b""
    with server.send(request.encode() if isinstance(request, str) else request) as client, suppress(ConnectionError):
        if half:
            client.shutdown(socket.SHUT_WR)
        while piece := client.recv(65536):
            got += piece
    return got


ANSWERED = {
    "two requests at once": (get(ASK) + get("/health"), [200, 200]),
    "a query, then one with a body": (get(ASK) + DIRECT + "Content-Length: 5\r\n\r\nASK{}", [200, 200]),
    "a body, then a query": (DIRECT + "Content-Length: 5\r\n\r\nASK{}" + get(ASK), [200, 200]),
    "empty lines before": ("\r\n\r\n" + get("/health"), [200]),
    "chunks": (CHUNKED + '3\r\nASK\r\n2;a="b"\r\n{}\r\n0\r\nTrailer: x\r\n\r\n' + get(ASK), [200, 200]),
    "a body that nobody asked for": (get(ASK, "Content-Length: 3\r\n")[:-2] + "\r\nabc" + get(ASK), [200, 200]),
    "HTTP/1.0": ("GET /health HTTP/1.0\r\n\r\n", [200]),
    "HTTP/1.0, kept": (f"GET {ASK} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get(ASK), [200, 200]),
    "a whole URL": (get("http://x/health"), [200]),
    "all of the server": ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", [204]),
    "bare line feeds": (get("/health").replace("\r\n", "\n"), [200]),
    "an expectation": (DIRECT + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nASK{}", [100, 200]),
    "an offer of HTTP/2": (get(ASK, "Connection: Upgrade\r\nUpgrade: h2c\r\n"), [200]),
    "a page, half-closed": (get("/queries"), [200]),
    "the last request": (get("/queries", "Connection: close\r\n"), [200]),
}


@pytest.mark.parametrize("name", ANSWERED)
def test_request_is_answered_though_its_client_has_closed_its_side(server: Running, name: str) -> None:
    request, expected = ANSWERED[name]
    assert statuses(exchange(server, request)) == expected


@pytest.mark.parametrize("target", [ASK, "/queries", "/nothing"])
def test_response_to_head_is_the_head_of_the_response_to_get(server: Running, target: str) -> None:
    whole, head = (
        exchange(server, get(target, "Connection: close\r\n").replace("GET", one)) for one in ("GET", "HEAD")
    )
    assert head.endswith(b"\r\n\r\n")

    def fields(response: bytes) -> set[bytes]:
        lines = response.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")
        return {line for line in lines if not line.startswith((b"date:", b"server:"))}

    assert fields(head) == fields(whole)


REFUSED = {
    "a size that is none": (CHUNKED + "3\r\nASK\r\nzz\r\n", 400),
    "a chunk longer than its size": (CHUNKED + "3\r\nASK{}\r\n0\r\n\r\n", 400),
    "a length and chunks": (CHUNKED.replace("\r\n\r\n", "\r\nContent-Length: 6\r\n\r\n") + "0\r\n\r\nG", 400),
    "another coding": (CHUNKED.replace("chunked", "gzip, chunked") + "0\r\n\r\n", 400),
    "two lengths": (DIRECT + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{}", 400),
    "a folded field": (get(ASK, "Accept: a,\r\n b\r\n"), 400),
    "HTTP/2": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + b"a" * 190, 400),
    "no HTTP version": ("GET /\r\n\r\n", 400),
    "a long target": (get("/" + "a" * 70_000), 414),
    "a long field": (get("/", f"X: {'a' * 200_000}\r\n"), 431),
    "many fields": (get("/queries", "".join(f"X-{number}: a\r\n" for number in range(120))), 431),
    "a target the server behind refuses": (get("/a<b"), 400),
}


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("name", REFUSED)
def test_malformed_request_is_refused_in_our_words_and_ends_the_connection(
    server: Running, name: str, half: bool
) -> None:
    request, status = REFUSED[name]
    more = get(ASK) * 3
    got = exchange(server, (request.encode() if isinstance(request, str) else request) + more.encode(), half=half)
    head, _, body = got.partition(b"\r\n\r\n")
    assert statuses(got) == [status]
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


UNCLEAR = {
    "two hosts": get("/health", "Host: y\r\n"),
    "a host that is none": get("/health").replace("Host: x", "Host: a b/c"),
    "small letters": get("/health").replace("GET", "get"),
    "an authority": get("x:80"),
    "a tunnel": "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n",
    "all of the server, to be got": get("*"),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_request_that_asks_for_nothing_here_is_malformed(server: Running, name: str) -> None:
    head, _, body = exchange(server, UNCLEAR[name]).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["title"] == "The request breaks HTTP/1.1"


@pytest.mark.parametrize(
    "request_text", ["", get(ASK)[:-2], DIRECT + "Content-Length: 50\r\n\r\nASK{}", CHUNKED + "3\r\nA"]
)
def test_client_that_leaves_in_its_request_is_let_go(server: Running, request_text: str) -> None:
    assert exchange(server, request_text) == b""


def test_body_past_the_limit_is_refused_though_the_client_sends_it_all(server: Running) -> None:
    for _ in range(5):
        assert (
            server.get("/sparql", {"Content-Type": "application/sparql-query"}, "POST", b"#" * 20_000_000).status == 413
        )


def test_submission_in_chunks_is_judged_as_one_with_a_length(server: Running) -> None:
    head = "POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\nAccept: application/json\r\n"
    sized = exchange(server, f"{head}Content-Length: {len(TURTLE)}\r\n\r\n".encode() + TURTLE)
    chunked = exchange(
        server, f"{head}Transfer-Encoding: chunked\r\n\r\n{len(TURTLE):x}\r\n".encode() + TURTLE + b"\r\n0\r\n\r\n"
    )
    verdicts = [json.loads(one.partition(b"\r\n\r\n")[2]) for one in (sized, chunked)]
    assert verdicts[0] == verdicts[1]
    assert "nothing-stated" not in verdicts[0]["codes"]


def test_what_is_refused_is_counted_and_logged(start: Callable[..., Running]) -> None:
    server = start("--workers", "2", "--log", "requests")
    for name in ("a long target", "many fields", "a size that is none", "a target the server behind refuses"):
        exchange(server, REFUSED[name][0])
    for status, count in ((400, 2), (414, 1), (431, 1)):
        assert server.figure(f'citydiplomacy_requests_total{{cache="none",route="other",status="{status}"}}') == count
    logged = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    assert [one["status"] for one in logged if one["route"] == "other"] == [414, 431, 400, 400]
