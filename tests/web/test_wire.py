"""Whatever comes over the wire, the server stays up: requests with wrong lines, headers, lengths, chunks, stray bytes.

Some hundred in each run, the same ones each time; CITYDIPLOMACY_FUZZ=10000 sends its share of that many, new ones.
"""

import os
import random
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest

ASKED = int(os.environ.get("CITYDIPLOMACY_FUZZ", "0"))
EACH = (ASKED or 600) // 6
SEEDS = [
    "SELECT * { ?s ?p ?o }",
    "ASK FROM <http://e/g> { VALUES (?a ?b) { (1 UNDEF) } OPTIONAL { ?a ?b 1e5 } }",
    "SELECT (GROUP_CONCAT(?o; separator=', ') AS ?all) { SELECT ?o { ?s !(a|^a) ?o } LIMIT 5 } # comment",
]


@pytest.fixture(scope="module")
def server(start: Any) -> Any:
    return start("--workers", "2", "--timeout", "1", "--log", "requests")


def raw_requests(chance: random.Random, count: int) -> list[bytes]:
    """Requests that are wrong on the wire: lines, headers, lengths, chunks, and bytes at random places."""
    made = []
    for _ in range(count):
        query = quote(chance.choice(SEEDS)).encode()
        method = chance.choice(
            [b"GET", b"POST", b"HEAD", b"QUERY", b"get", b"G\x00T", b"", b"OPTIONS", b"TRACE", b"CONNECT"]
        )
        path = chance.choice(
            [b"/sparql?timeout=0.2&query=" + query, b"/sparql", b"//", b"*", b"http://x/", b"/%zz", b"/\xff"]
        )
        version = chance.choice([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/9.9", b"", b"HTTP/1.1 "])
        lines = [
            b"Host: x",
            b"Content-Length: " + chance.choice([b"0", b"-1", b"9" * 30, b"5", b"0x5", b"5, 6"]),
            b"Transfer-Encoding: " + chance.choice([b"chunked", b"gzip", b"chunked, identity"]),
            b"Content-Type: "
            + chance.choice([b"application/sparql-query", b"\xff", b"x" * 9000, b"multipart/form-data"]),
            b"Accept: " + bytes(chance.randrange(256) for _ in range(20)),
            b" folded: x",
            b"No colon",
            b"Expect: 100-continue",
            b"Upgrade: " + chance.choice([b"websocket", b"h2c"]),
            b"Cookie: " + b"a=b;" * chance.choice([1, 4000]),
        ]
        chosen = chance.sample(lines, chance.randrange(len(lines)))
        body = chance.choice(
            [
                b"",
                b"5\r\nASK{}\r\n0\r\n\r\n",
                b"zz\r\n",
                b"query=ASK{}",
                bytes(chance.randrange(256) for _ in range(50)),
            ]
        )
        request = bytearray(b" ".join([method, path, version]) + b"\r\n" + b"\r\n".join([*chosen, b"", body]))
        for _ in range(chance.choice([0, 0, 1, 3])):
            request[chance.randrange(len(request))] = chance.randrange(256)
        made.append(bytes(request))
    return made


def exchange(port: int, request: bytes) -> bytes:
    """What the server answers, as far as it does: much of what is sent here never comes to an end."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, suppress(OSError):
        connection.sendall(request)
        connection.settimeout(1)
        while piece := connection.recv(65536):
            answer += piece
            connection.settimeout(0.02)
    return answer


def test_no_bytes_on_the_wire_bring_it_down(server: Any) -> None:
    chance = random.Random(None if ASKED else 4)  # noqa: S311 (no secret)
    requests = raw_requests(chance, EACH)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(partial(exchange, server.port), requests))
    for request, answer in zip(requests, answers, strict=True):
        status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        if status:
            assert int(status[1]) < 500 or int(status[1]) in (503, 504), (answer[:500], request[:300])
    assert sum(map(bool, answers)) > EACH // 4
    assert server.get("/health").status == 200
    assert server.process.poll() is None
    log = server.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]


def strange_requests(chance: random.Random, count: int) -> list[bytes]:
    """Requests that are right as HTTP: mutilated queries, and headers of any bytes that a header may have."""
    made = []
    for _ in range(count):
        query = list(chance.choice(SEEDS))
        for _ in range(chance.randrange(6)):
            query[chance.randrange(len(query))] = chance.choice(
                ["{", "}", '"', "\\", "<", "\x00", "\U0001f600", "?", "."]
            )
        text = "".join(query)
        value = bytes(chance.choice([*range(32, 127), *range(128, 256)]) for _ in range(20)).strip()
        names = [
            b"Accept",
            b"Accept-Encoding",
            b"If-None-Match",
            b"Range",
            b"Cookie",
            b"Accept-Language",
            b"X-Forwarded-For",
        ]
        headers = b"".join(b"%s: %s\r\n" % (name, value) for name in chance.sample(names, 3))
        field = quote(text).encode() + chance.choice([b"", b"&default-graph-uri=%ff", b"&format=csv", b"&explain=true"])
        if chance.random() < 0.5:
            head = b"GET /sparql?timeout=0.2&query=%s HTTP/1.1\r\n" % field
            made.append(head + b"Host: x\r\nConnection: close\r\n" + headers + b"\r\n")
            continue
        body = text.encode() + chance.choice([b"", b"\xff\xfe"])
        kind = chance.choice([b"application/sparql-query", b"application/sparql-query; charset=" + value, value])
        head = b"POST /sparql?timeout=0.2 HTTP/1.1\r\nContent-Length: %d\r\nContent-Type: %s\r\n" % (len(body), kind)
        made.append(head + b"Host: x\r\nConnection: close\r\n" + headers + b"\r\n" + body)
    return made


def test_every_strange_request_is_answered(server: Any) -> None:
    chance = random.Random(None if ASKED else 5)  # noqa: S311 (no secret)
    requests = strange_requests(chance, EACH)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(partial(exchange, server.port), requests))
    for request, answer in zip(requests, answers, strict=True):
        status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        assert status, request
        assert int(status[1]) < 500 or int(status[1]) in (503, 504), (answer[:500], request)
    log = server.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]
