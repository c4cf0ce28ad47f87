"""The suite's graphs as one release, and our server over it, as clients meet it: over HTTP."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
from manifests import BASE

RDF = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}
NOWHERE = "urn:x-empty:"  # a graph that is not there: the default graph of tests that have none
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Got:
    """A response, read to its end."""

    status: int
    media_type: str
    body: bytes


def quads_of(iri: str, path: Path) -> list[ox.Quad]:
    """A file's statements in the graph of that name; its blank nodes are no other file's."""
    base = iri if iri.startswith(BASE) else None
    parsed = ox.parse(path=str(path), format=RDF[path.suffix], base_iri=base, rename_blank_nodes=True)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(iri)) for quad in parsed]


def write_release(folder: Path, quads: list[ox.Quad]) -> None:
    """A release directory of these statements, with what the server needs of one."""
    data = "".join(sorted(f"{quad} .\n" for quad in quads)).encode()
    (folder / "data.nq").write_bytes(data)
    known = {
        "version": "conformance",
        "base": BASE,
        "prefix": "test",
        "digest": hashlib.sha256(data).hexdigest(),
        "statements": len(quads),
        "graphs": len({quad.graph_name for quad in quads}),
    }
    (folder / "release.json").write_text(json.dumps(known))


class Client:
    """Sends requests to the server's endpoint over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.url = f"http://127.0.0.1:{port}/sparql"

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None) -> Got:
        self._connection.request(method, target, body, dict(headers))
        response = self._connection.getresponse()
        content = response.read()
        return Got(response.status, response.headers.get_content_type(), content)

    def ask(self, query: str, dataset: Pairs, accept: str, way: str = "direct") -> Got:
        """A query in one of the protocol's ways: get, form, direct, or HTTP QUERY."""
        pairs = [("query", query), *dataset]
        if way == "get":
            return self.send("GET", f"/sparql?{urlencode(pairs)}", {"Accept": accept})
        if way == "form":
            headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
            return self.send("POST", "/sparql", headers, urlencode(pairs).encode())
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        method = "QUERY" if way == "query" else "POST"
        return self.send(method, f"/sparql?{urlencode(dataset)}", headers, query.encode())


@contextmanager
def running(release: Path) -> Iterator[Client]:
    """Our server over a release, until the context ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "citydiplomacy.cli", "serve", "--release", str(release), "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", "2"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                Client(port).send("GET", "/health", {})
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield Client(port)
    finally:
        process.terminate()
        process.wait(timeout=20)
