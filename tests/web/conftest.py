"""Fixtures: servers in processes of their own, ours and Oxigraph's, as clients meet them over the wire."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from local_servers import Running, free_port, ours, running

from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.web import create_app
from citydiplomacy.web.site import SiteSettings

SMALL = Path(__file__).resolve().parents[1] / "fixtures" / "small"
Start = Callable[..., Running]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts our server with the options given; it ends with the module's tests."""
    cache = tmp_path_factory.mktemp("cache")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.environ.get("XDG_CACHE_HOME", str(cache)))

        def begin(*options: str, ready: str = "/metrics") -> Running:
            log = tmp_path_factory.mktemp("log") / "log.txt"
            return stack.enter_context(ours(log, "--root", str(SMALL), *options, ready=ready))

        yield begin


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Oxigraph's own server over an empty store."""
    folder = tmp_path_factory.mktemp("oxigraph")
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    with running(command, port, "/", folder / "log.txt") as server:
        yield server


@pytest.fixture(scope="module")
def filled(oxigraph: Running, small_release: Release) -> Running:
    """Oxigraph's server with the miniature release in it, put there by ``publish``."""
    from citydiplomacy.release.publishing import Target, publish

    outcome = publish(small_release, Target(f"{oxigraph.url}/store"), lambda _: None)
    assert outcome.wrong == []
    return oxigraph


@pytest.fixture(scope="module")
def real(real_release: Release) -> Iterator[Flask]:
    application = create_app(SiteSettings(real_release.directory, PoolSettings(workers=2, deadline=10.0)))
    yield application
    application.extensions["site"].close()


@pytest.fixture
def browser(real: Flask) -> FlaskClient:
    return real.test_client()
