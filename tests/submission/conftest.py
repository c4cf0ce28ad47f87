"""Fixtures: what is published when the corpus is judged (the real ontology and shapes, a small data set of its own)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from citydiplomacy.repository import Repository
from citydiplomacy.store import statements_of
from citydiplomacy.submission.judging import Settings, judge
from citydiplomacy.submission.published import Published, published_by_repository
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.syntaxes import Upload

HERE = Path(__file__).resolve().parent
Judge = Callable[..., Report]


@pytest.fixture(scope="session")
def real(real_repository: Repository) -> Published:
    """What the repository has published."""
    return published_by_repository(real_repository)


@pytest.fixture(scope="session")
def published(real: Published) -> Published:
    deprecated = statements_of((HERE / "deprecated.ttl").read_bytes(), "turtle")
    data = statements_of((HERE / "published.trig").read_bytes(), "trig")
    return replace(real, ontology=(*real.ontology, *deprecated), data=tuple(data))


@pytest.fixture(scope="session")
def verdict(published: Published) -> Judge:
    """Judges one file: its name, its bytes or text, and settings."""

    def judged(name: str, data: bytes | str, said: str = "", **settings: object) -> Report:
        raw = data.encode() if isinstance(data, str) else data
        return judge([Upload(name, raw, said)], published, Settings(**settings))  # type: ignore[arg-type]

    return judged
