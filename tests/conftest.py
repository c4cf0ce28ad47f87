"""Fixtures: the miniature repository, a release of it, and an application that serves it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from local_servers import free_port

from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.release.building import build
from citydiplomacy.repository import Repository, open_repository
from citydiplomacy.web import create_app
from citydiplomacy.web.site import SiteSettings

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
SMALL = TESTS / "fixtures" / "small"
LETTER = TESTS / "fixtures" / "letter.txt"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the miniature repository that a test may break."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture(scope="session")
def small_repository() -> Repository:
    return open_repository(SMALL)


@pytest.fixture(scope="session")
def small_release(tmp_path_factory: pytest.TempPathFactory, small_repository: Repository) -> Release:
    return build(small_repository, tmp_path_factory.mktemp("release") / "small")


@pytest.fixture(scope="session")
def real_repository() -> Repository:
    return open_repository(ROOT)


@pytest.fixture(scope="session")
def real_release(tmp_path_factory: pytest.TempPathFactory, real_repository: Repository) -> Release:
    return build(real_repository, tmp_path_factory.mktemp("release") / "real")


@pytest.fixture(scope="session")
def app(small_release: Release) -> Iterator[Flask]:
    application = create_app(SiteSettings(small_release.directory, PoolSettings(workers=2, deadline=5.0)))
    yield application
    application.extensions["site"].close()


@pytest.fixture
def unused_port() -> int:
    """A port nobody listens on just now."""
    return free_port()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
