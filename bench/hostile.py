"""What the soak attacks the server with. An attack takes a port and returns the status it got, 0 where it gets none."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

EVERYTHING = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6))
ANY = "(!<x:x>|^!<x:x>)"
DOUBLED = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}, ?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(16))

QUERIES = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {EVERYTHING} }}",
    "unbounded path": f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY}+ ?b . ?b {ANY}* ?c . ?c {ANY}* ?d }}",
    "giant aggregate": f"SELECT ?a0 (COUNT(DISTINCT ?c3) AS ?n) {{ {EVERYTHING} }} GROUP BY ?a0",
    "catastrophic regex": f"SELECT * {{ {EVERYTHING} FILTER(?a0 = ?c3) "
    'FILTER(REGEX(CONCAT(STR(?a0), STR(?c1)), "((a|b|.)*)*(a*)*c$")) }',
    "deep nesting": "ASK " + "{" * 99 + "}" * 99,
    "deeper nesting": "ASK " + "{" * 30_000 + "}" * 30_000,
    "long negation": "ASK { FILTER(" + "!" * 100_000 + "true) }",
    "100 MB of CONSTRUCT": f"CONSTRUCT {{ ?a0 ?b0 ?c1 }} WHERE {{ {EVERYTHING} }}",
    "100 MB of rows": f"SELECT * {{ {EVERYTHING} }}",
    "memory bomb": f'SELECT (STRLEN(?x16) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {DOUBLED} }}',
    "sort of everything": f"SELECT * {{ {EVERYTHING} }} ORDER BY ?c3 ?c2",
}


def post(query: str, port: int) -> int:
    """A hostile query, and its answer read to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/sparql", query.encode(), {"Content-Type": "application/sparql-query"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def leave(port: int) -> int:
    """A client that asks for much and goes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        query = quote(QUERIES["cross product"])
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.3)
    return 0


def read_slowly(port: int) -> int:
    """A client that asks for megabytes and takes them a sip at a time."""
    query = quote(f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 60000 #{time.monotonic_ns()}")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET /sparql?format=csv&query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for _ in range(20):
            connection.recv(1000)
            time.sleep(0.2)
    return 0


def write_slowly(port: int) -> int:
    """A client that sends a byte now and then, and never all it has promised."""
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 500\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head.encode())
        for _ in range(20):
            connection.sendall(b"A")
            time.sleep(0.2)
    return 0


ATTACKS: dict[str, Callable[[int], int]] = {
    **{name: partial(post, query) for name, query in QUERIES.items()},
    "leaving client": leave,
    "slow reader": read_slowly,
    "slow writer": write_slowly,
}
