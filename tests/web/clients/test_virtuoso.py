"""Virtuoso (Debian's virtuoso-opensource): filled by ``publish``, then asked through our front."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from local_servers import free_port, running, virtuoso_settings

from citydiplomacy.cli import main
from citydiplomacy.release import Release

pytestmark = pytest.mark.consumers
SMALL = str(Path(__file__).resolve().parents[2] / "fixtures" / "small")
MERGE = "urn:x-citydiplomacy:merge"
ENDLESS = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6))
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}"


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Virtuoso with nothing in it; its administrator is dba, with the same password."""
    assert shutil.which("virtuoso-t"), "this test needs Virtuoso: apt-get install virtuoso-opensource"
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(virtuoso_settings(folder, sql, http, rows=1000))
    command = ["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with running(command, http, "/sparql", folder / "out.txt") as server:
        yield server.url


@pytest.fixture(scope="module")
def published(virtuoso: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Virtuoso that ``publish`` has filled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("CITYDIPLOMACY_PASSWORD", "dba")
        options = ["--root", SMALL, "--to", f"{virtuoso}/sparql-graph-crud-auth", "--user", "dba"]
        assert main(["publish", *options, "--default-graph", MERGE]) == 0
        yield virtuoso


@pytest.fixture(scope="module")
def server(start: Any, published: str) -> Any:
    return start("--engine", f"{published}/sparql?default-graph-uri={MERGE}", "--workers", "2", "--timeout", "3")


def test_publish_fills_it_and_knows_what_is_there(
    published: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert os.environ["CITYDIPLOMACY_PASSWORD"] == "dba"
    options = ["--root", SMALL, "--to", f"{published}/sparql-graph-crud-auth", "--user", "dba"]
    assert main(["publish", *options, "--default-graph", MERGE]) == 0
    assert re.match(r"0 graphs sent, \d+ were there already", capsys.readouterr().out)
    monkeypatch.setenv("CITYDIPLOMACY_PASSWORD", "wrong")
    assert main(["publish", *options]) == 2


def test_default_graph_that_is_none_is_told_as_an_error(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--root", SMALL, "--to", f"{published}/sparql-graph-crud-auth", "--user", "dba"]
    assert main(["publish", *options]) == 2
    assert "--default-graph" in capsys.readouterr().err


def test_front_counts_as_the_release_does(server: Any, small_release: Release) -> None:
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://example.org/mini/')) }"
    answer = server.get(f"/sparql?query={quote(query)}")
    assert answer.status == 200, answer.body
    assert int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"]) == small_release.statements


@pytest.mark.parametrize("suffix", ["json", "xml", "csv", "tsv"])
def test_canned_queries_answer_in_every_format(server: Any, suffix: str) -> None:
    answer = server.get(f"/queries/people/members.{suffix}?club=chess-club")
    assert answer.status == 200, answer.body
    assert b"Ada" in answer.body


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_graphs_come_in_every_format(server: Any, suffix: str) -> None:
    query = quote("CONSTRUCT WHERE { ?s a <https://example.org/mini/ontology#Person> }")
    answer = server.get(f"/sparql?format={suffix}&query={query}")
    assert answer.status == 200, answer.body
    assert b"Person" in answer.body


def test_pages_are_made_of_its_answers(server: Any) -> None:
    assert server.get("/health").status == 200
    assert b"Ada" in server.get("/page/ada", {"Accept": "text/html"}).body
    assert server.get("/queries/people/members?club=chess-club", {"Accept": "text/html"}).status == 200


def test_rows_that_it_leaves_out_are_an_error(server: Any) -> None:
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    refused = server.get(f"/sparql?format=csv&query={query}")
    assert refused.status == 413
    assert "left rows out" in json.loads(refused.body)["detail"]
    cut = server.get(f"/sparql?format=csv&on-limit=truncate&query={query}")
    assert cut.headers["X-Result-Truncated"] == "true"


def test_syntax_error_and_deadline_are_ours(server: Any) -> None:
    assert server.get(f"/sparql?query={quote('SELECT * { ?s ?p')}").status == 400
    started = time.monotonic()
    assert server.get(f"/sparql?query={quote(RUNAWAY)}").status == 504
    assert time.monotonic() - started < 4
