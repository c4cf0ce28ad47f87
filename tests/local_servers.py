"""Servers in processes of their own, on a free port of 127.0.0.1, as clients meet them over the wire."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

OURS = [sys.executable, "-m", "citydiplomacy.cli", "serve"]
PATIENCE = 120.0  # seconds a server may take to answer for the first time


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

    def wait_for_idle_workers(self, count: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.figure("citydiplomacy_workers_idle") >= count:
                return True
            time.sleep(0.02)
        return False


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


@contextmanager
def ours(log: Path, *options: str, ready: str = "/metrics") -> Iterator[Running]:
    """Our own server with these options, its output in a file."""
    port = free_port()
    with running([*OURS, "--port", str(port), *options], port, ready, log) as server:
        yield server


def virtuoso_settings(folder: Path, sql: int, http: int, rows: int) -> str:
    """What a Virtuoso is told: all its files in one folder, its two ports, how many rows it answers at most."""
    return f"""\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 40000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = {rows}
"""
