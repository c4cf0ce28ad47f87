"""Virtuoso's bulk loader takes our dumps (Debian: virtuoso-opensource-7-bin), and finds and answers what we do.

What it keeps otherwise is told by a test, value by value: decimals and booleans in another form, durations as numbers.
"""

import json
import shutil
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from local_servers import free_port, virtuoso_settings
from rdflib import Graph, URIRef
from rdflib.namespace import XSD

from .conftest import QUERIES, Expected, needed, rows

LIMIT = 120.0  # seconds Virtuoso may take to stand
MERGE = "urn:x-citydiplomacy:merge"


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso: the folder it may load from, the command that runs SQL in it, and its endpoint."""

    folder: Path
    command: list[str]
    endpoint: str

    def run(self, statement: str) -> str:
        done = subprocess.run([*self.command, f"exec={statement};"], check=True, capture_output=True, text=True)
        return done.stdout

    def number(self, statement: str) -> int:
        return int(next(word for word in reversed(self.run(statement).split()) if word.isdigit()))

    def select(self, query: str) -> list[dict[str, dict[str, str]]]:
        known = {"query": query, "default-graph-uri": MERGE, "format": "application/sparql-results+json"}
        with urllib.request.urlopen(f"{self.endpoint}?{urlencode(known)}", timeout=120) as answer:
            document: dict[str, Any] = json.load(answer)
        found: list[dict[str, dict[str, str]]] = document["results"]["bindings"]
        return found


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """An empty one."""
    server = needed(shutil.which("virtuoso-t"), "Virtuoso")
    isql = needed(shutil.which("isql-vt") or shutil.which("isql-v"), "Virtuoso's isql")
    folder, sql, http = tmp_path_factory.mktemp("virtuoso"), free_port(), free_port()
    (folder / "virtuoso.ini").write_text(virtuoso_settings(folder, sql, http, rows=1_000_000))
    process = subprocess.Popen([server, "+foreground", "+configfile", str(folder / "virtuoso.ini")], cwd=folder)
    command = [isql, f"127.0.0.1:{sql}", "dba", "dba", "VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF"]
    try:
        until = time.monotonic() + LIMIT
        while subprocess.run([*command, "exec=select 1;"], capture_output=True, check=False).returncode:
            assert process.poll() is None, (folder / "virtuoso.log").read_text()
            assert time.monotonic() < until, "Virtuoso does not stand up"
            time.sleep(0.5)
        yield Virtuoso(folder, command, f"http://127.0.0.1:{http}/sparql")
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def loaded(virtuoso: Virtuoso, expected: Expected) -> Virtuoso:
    """With the dump in its graphs, and the merge in one of its own, which stands for the default graph."""
    for path in (expected.nquads, expected.ntriples):
        shutil.copyfile(path, virtuoso.folder / path.name)
    virtuoso.run(f"ld_dir('{virtuoso.folder}', '*.nq', 'urn:none')")
    virtuoso.run(f"ld_dir('{virtuoso.folder}', '*.nt', '{MERGE}')")
    virtuoso.run("rdf_loader_run()")
    virtuoso.run("checkpoint")
    assert virtuoso.number("select count(*) from DB.DBA.load_list where ll_error is not null") == 0
    return virtuoso


def test_bulk_loader_takes_every_statement(loaded: Virtuoso, expected: Expected) -> None:
    ours = "FILTER(STRSTARTS(STR(?g), 'https://w3id.org/citydiplomacy/'))"
    quads = loaded.number(f"SPARQL SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {ours} }}")
    graphs = loaded.number(f"SPARQL SELECT (COUNT(DISTINCT ?g) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {ours} }}")
    merged = loaded.number(f"SPARQL SELECT (COUNT(*) AS ?n) {{ GRAPH <{MERGE}> {{ ?s ?p ?o }} }}")
    assert (quads, graphs, merged) == (expected.quads, expected.graphs, expected.merged)


@pytest.mark.parametrize("name", QUERIES)
def test_virtuoso_answers_as_we_do(loaded: Virtuoso, expected: Expected, name: str) -> None:
    found = loaded.select(expected.queries[name])
    assert rows({key: cell["value"] for key, cell in row.items()} for row in found) == expected.answers[name]


def test_values_are_kept_but_for_the_form_of_numbers_and_booleans_and_durations(
    loaded: Virtuoso, expected: Expected
) -> None:
    """Known of Virtuoso 7: ``P1Y`` comes back as ``12`` (months), ``P7D`` as ``604800.0`` (seconds), both still called
    durations, of which they are no form. The months and the seconds are right.
    """
    ours: Counter[tuple[str, str]] = Counter()
    for value in Graph().parse(expected.ntriples, format="nt").objects(unique=False):
        if getattr(value, "datatype", None):
            ours[str(value.datatype), _as_virtuoso(str(value), value.datatype)] += 1  # type: ignore[attr-defined]
    typed = "SELECT ?o WHERE { ?s ?p ?o FILTER(isLiteral(?o) && LANG(?o) = '' && DATATYPE(?o) != xsd:string) }"
    found = (row["o"] for row in loaded.select(typed))
    assert Counter((cell["datatype"], cell["value"]) for cell in found) == ours
    assert {XSD.decimal, XSD.boolean, XSD.duration} <= {URIRef(kind) for kind, _ in ours}


def _as_virtuoso(text: str, datatype: URIRef) -> str:
    if datatype == XSD.decimal:
        return f"{Decimal(text).normalize():f}"
    if datatype == XSD.boolean:
        return {"true": "1", "false": "0"}[text]
    if datatype == XSD.duration:
        number, unit = int(text[1:-1]), text[-1]
        return {"Y": f"{12 * number}", "D": f"{86_400.0 * number}"}[unit]
    return text
