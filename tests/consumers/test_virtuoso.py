"""Virtuoso's bulk loader takes our dump (Debian: virtuoso-opensource-7), and finds as many statements and graphs."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_servers import free_port

from .conftest import Expected, needed

pytestmark = pytest.mark.consumers

LIMIT = 120.0  # seconds Virtuoso may take to stand


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[str]]]:
    """A running, empty Virtuoso: a folder it may load from, and the command that runs statements in it."""
    server = needed(shutil.which("virtuoso-t"), "Virtuoso")
    isql = needed(shutil.which("isql-vt") or shutil.which("isql-v"), "Virtuoso's isql")
    folder, port = tmp_path_factory.mktemp("virtuoso"), free_port()
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile = {folder}/v.db\nTransactionFile = {folder}/v.trx\nErrorLogFile = {folder}/v.log\n"
        f"LockFile = {folder}/v.lck\nxa_persistent_file = {folder}/v.pxa\n"
        f"[Parameters]\nServerPort = 127.0.0.1:{port}\nDirsAllowed = {folder}\nNumberOfBuffers = 40000\n"
        "DisableTcpSocket = 0\n"
    )
    process = subprocess.Popen([server, "+foreground", "+configfile", str(folder / "virtuoso.ini")], cwd=folder)
    command = [isql, f"127.0.0.1:{port}", "dba", "dba", "VERBOSE=OFF", "BANNER=OFF", "PROMPT=OFF"]
    try:
        until = time.monotonic() + LIMIT
        while subprocess.run([*command, "exec=select 1;"], capture_output=True, check=False).returncode:
            assert process.poll() is None, (folder / "v.log").read_text()
            assert time.monotonic() < until, "Virtuoso does not stand up"
            time.sleep(0.5)
        yield folder, command
    finally:
        process.terminate()
        process.wait(30)


def number(command: list[str], statement: str) -> int:
    out = subprocess.run([*command, f"exec={statement};"], capture_output=True, check=True, text=True).stdout
    return int(next(line for line in reversed(out.split()) if line.isdigit()))


def test_bulk_loader_takes_every_statement(virtuoso: tuple[Path, list[str]], expected: Expected) -> None:
    folder, command = virtuoso
    shutil.copyfile(expected.nquads, folder / "data.nq")
    for statement in (f"ld_dir('{folder}', '*.nq', 'urn:none')", "rdf_loader_run()", "checkpoint"):
        subprocess.run([*command, f"exec={statement};"], check=True, capture_output=True)
    assert number(command, "select count(*) from DB.DBA.load_list where ll_error is not null") == 0
    ours = "FILTER(STRSTARTS(STR(?g), 'https://w3id.org/citydiplomacy/'))"
    quads = number(command, f"SPARQL SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {ours} }}")
    graphs = number(command, f"SPARQL SELECT (COUNT(DISTINCT ?g) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {ours} }}")
    assert (quads, graphs) == (expected.quads, expected.graphs)
