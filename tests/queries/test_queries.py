"""Every canned query answers over the real data, and answers what it did when somebody last read its answer.

``CITYDIPLOMACY_ACCEPT=1`` writes the golden answers anew; read their difference before you commit it.
"""

import csv
import io
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from citydiplomacy.pool import PoolSettings, Request, WorkerPool
from citydiplomacy.queries import Gallery, read_gallery
from citydiplomacy.release import Release
from citydiplomacy.repository import Repository, open_repository


@dataclass(frozen=True)
class Run:
    """A query by its name, the name of its golden answer, and the parameters it is asked with."""

    query: str
    file: str
    parameters: dict[str, str]


HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
GALLERY = read_gallery(open_repository(HERE.parents[1]))
CASES = tomllib.loads((HERE / "cases.toml").read_text(encoding="utf-8"))
EMPTY = {name for name, case in CASES.items() if case.get("empty")}
RUNS = [Run(name, name.replace("/", "."), {}) for name in GALLERY.queries] + [
    Run(case["query"], f"{case['query'].replace('/', '.')}.{name}", case["parameters"]) for name, case in CASES.items()
]


@pytest.fixture(scope="module")
def pool(real_release: Release) -> Iterator[WorkerPool]:
    settings = PoolSettings(workers=1)
    with WorkerPool(real_release.data, settings, real_release.names.prefixes) as running:
        yield running


@pytest.fixture(scope="module")
def gallery(real_repository: Repository) -> Gallery:
    return read_gallery(real_repository)


def answer(pool: WorkerPool, text: str) -> str:
    return pool.ask(Request(text, results="csv", graphs="ntriples")).read().decode().replace("\r\n", "\n")


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.file)
def test_answers_what_it_did(pool: WorkerPool, gallery: Gallery, real_release: Release, run: Run) -> None:
    got = answer(pool, gallery.queries[run.query].bind(run.parameters, real_release.names))
    assert len(list(csv.reader(io.StringIO(got)))) > 1 or run.file.rpartition(".")[2] in EMPTY, "no answer at all"
    golden = GOLDEN / f"{run.file}.csv"
    if os.environ.get("CITYDIPLOMACY_ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(got, encoding="utf-8")
    assert got == golden.read_text(encoding="utf-8")


def test_there_are_enough_queries_and_no_golden_answer_too_many() -> None:
    assert len(GALLERY.queries) >= 45
    assert len(GALLERY.topics()) >= 5
    assert {path.name for path in GOLDEN.glob("*.csv")} == {f"{file}.csv" for file in (run.file for run in RUNS)}


@pytest.mark.parametrize("name", GALLERY.queries)
def test_answer_is_the_same_on_every_run(pool: WorkerPool, gallery: Gallery, real_release: Release, name: str) -> None:
    text = gallery.queries[name].bind({}, real_release.names)
    assert answer(pool, text) == answer(pool, text)


def test_rows_with_a_passage_name_one_that_has_a_record(pool: WorkerPool, real_release: Release) -> None:
    passages = set(answer(pool, f"SELECT ?p {{ ?p a <{real_release.names.term('Passage')}> }}").split()[1:])
    named = 0
    for path in GOLDEN.glob("*.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            if row.get("passage", "").startswith(real_release.names.passages):
                assert row["passage"] in passages, path.name
                named += 1
    assert named > 500


def test_a_passage_of_several_ranges_gives_no_row_twice() -> None:
    checked = 0
    for path in GOLDEN.glob("*.csv"):
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        if {"passage", "firstLine"} <= rows[0].keys():
            rest = [
                tuple(value for name, value in row.items() if name not in {"firstLine", "lastLine"}) for row in rows
            ]
            assert len(rest) == len(set(rest)), path.name
            checked += 1
    assert checked >= 5
