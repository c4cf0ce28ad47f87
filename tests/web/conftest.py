"""Fixtures: servers in processes of their own, ours and Oxigraph's, as clients meet them over the wire."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from citydiplomacy.release import Release

SMALL = Path(__file__).resolve().parents[1] / "fixtures" / "small"
PATIENCE = 60.0


@dataclass(frozen=True)
class Got:
    """A response, read to its end."""

    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Running:
    """A server that runs: where it listens, its process, and where its words go."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes = b"") -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return Got(response.status, response.headers, response.read())
        finally:
            connection.close()

    def send(self, data: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(data)
        return connection

    def figure(self, name: str) -> float:
        lines = self.get("/metrics").body.decode().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


Start = Callable[..., Running]


@contextmanager
def running(command: list[str], port: int, ready: str, log: Path) -> Iterator[Running]:
    """A server's process from its first answer to its end."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    server = Running(port, process, log)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                server.get(ready)
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command} did not start: {log.read_text()[-2000:]}") from None
                time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts our server with the options given; it ends with the module's tests."""
    cache = tmp_path_factory.mktemp("cache")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.environ.get("XDG_CACHE_HOME", str(cache)))

        def begin(*options: str, root: Path = SMALL, ready: str = "/metrics") -> Running:
            port = free_port()
            command = [sys.executable, "-m", "citydiplomacy.cli", "serve", "--root", str(root), "--port", str(port)]
            log = tmp_path_factory.mktemp("log") / "log.txt"
            return stack.enter_context(running([*command, *options], port, ready, log))

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
