"""A store on disk answers as the one in memory does, is made once, and leaves nothing behind where it can not be."""

from pathlib import Path

import pytest

from citydiplomacy.diskstore import disk_store, made_apart
from citydiplomacy.errors import ReleaseError
from citydiplomacy.pool import PoolSettings, Request, WorkerPool

DATA = """<http://e/a> <http://e/p> <http://e/b> <http://e/g1> .
<http://e/a> <http://e/p> <http://e/b> <http://e/g2> .
<http://e/b> <http://e/p> "x"@en <http://e/g2> .
_:c <http://e/p> <http://e/g2> .
"""
QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g ?s ?o { GRAPH ?g { ?s <http://e/p> ?o } } ORDER BY ?g ?s",
    "ASK { <http://e/b> <http://e/p> 'x'@en }",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.nq"
    path.write_text(DATA)
    return path


def answers(data: Path, settings: PoolSettings) -> list[str]:
    with WorkerPool(data, settings, {}) as pool:
        return [pool.ask(Request(query, results="json")).read().decode() for query in QUERIES]


def test_store_on_disk_answers_as_the_one_in_memory_does(data: Path, tmp_path: Path) -> None:
    on_disk = PoolSettings(workers=2, disk=tmp_path / "stores")
    assert answers(data, on_disk) == answers(data, PoolSettings(workers=2))


def test_store_is_made_once(data: Path, tmp_path: Path) -> None:
    made = made_apart(data, tmp_path / "stores")
    files = {file.name: file.stat().st_mtime_ns for file in made.iterdir()}
    assert disk_store(data, tmp_path / "stores") == made
    assert {file.name: file.stat().st_mtime_ns for file in made.iterdir()} == files
    data.write_text(DATA.replace("http://e/b", "http://e/c"))
    assert made_apart(data, tmp_path / "stores") != made


def test_broken_data_leave_no_store(data: Path, tmp_path: Path) -> None:
    data.write_text(DATA + "<http://e/a> nonsense .\n")
    with pytest.raises(ReleaseError, match="could not be put into a store"):
        made_apart(data, tmp_path / "stores")
    assert list((tmp_path / "stores").iterdir()) == []


def test_folder_that_is_none_is_told(data: Path) -> None:
    with pytest.raises(ReleaseError, match="can not hold a store"):
        made_apart(data, data / "stores")
