"""What consumers of our dumps are to find: figures of the release, and ten canned queries with their answers."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from citydiplomacy.pool import PoolSettings, Request, WorkerPool
from citydiplomacy.queries import read_gallery
from citydiplomacy.release import Release
from citydiplomacy.release.packing import unpack
from citydiplomacy.repository import Repository

QUERIES = (  # that every engine here can do: rdflib and Comunica give up on many others, Virtuoso misanswers some
    "actors/city-networks",
    "actors/places",
    "actors/what-became-of",
    "agreements/negotiations",
    "documents/declarations",
    "evidence/active-but-not-interviewed",
    "evidence/contradictions",
    "evidence/said-of",
    "initiatives/research-projects",
    "instruments/indicators",
)
Rows = list[tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Expected:
    """The release as files a loader takes, its figures, and the queries with their answers."""

    nquads: Path
    ntriples: Path
    quads: int
    graphs: int
    merged: int
    queries: dict[str, str]
    answers: dict[str, Rows]


@pytest.fixture(scope="session")
def expected(real_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Expected:
    folder = tmp_path_factory.mktemp("consumers")
    for suffix in ("nq", "nt"):
        (folder / f"data.{suffix}").write_bytes(unpack(real_release.directory / f"data.{suffix}.gz"))
    gallery = read_gallery(Repository(real_release.directory, real_release.names))
    queries = {name: gallery.get(name).bind({}, real_release.names) for name in QUERIES}
    answers = {}
    with WorkerPool(real_release.data, PoolSettings(workers=1), {}) as pool:
        for name, query in queries.items():
            bindings = json.loads(pool.ask(Request(query, graphs=None)).read())["results"]["bindings"]
            answers[name] = rows({key: cell["value"] for key, cell in row.items()} for row in bindings)
    merged = len((folder / "data.nt").read_text(encoding="utf-8").splitlines())
    files = (folder / "data.nq", folder / "data.nt")
    return Expected(*files, real_release.statements, real_release.graphs, merged, queries, answers)


def rows(bindings: object) -> Rows:
    """Rows in an order of their own, so that those of two engines can be compared; equal numbers are written alike."""
    return sorted(tuple(sorted((key, _plain(value)) for key, value in row.items())) for row in bindings)  # type: ignore[attr-defined]


def _plain(value: str) -> str:
    return f"{Decimal(value).normalize():f}" if re.fullmatch(r"[+-]?\d+\.\d+", value) else value


def needed(tool: str | None, name: str) -> str:
    """A tool, or a skip that says what was not tried; in CI (CI=true) its absence is a failure."""
    if tool is None:
        message = f"{name} is not on this machine: it was NOT tried whether it loads our dumps"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return tool
