"""One cell: wrk asking one server one query's variants over a number of connections for a moment."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from queries import Query, target
from servers import Server

REPEATED = 20  # variants that the repeated mode asks again and again
WARMUP = 0.2  # of a cell's seconds, for repeated queries to get into the caches; not counted


@dataclass(frozen=True)
class Cell:
    """What is measured: a query, how it is asked (``uncached`` or ``repeated``), over how many connections."""

    query: str
    mode: str
    connections: int


@dataclass(frozen=True)
class Measured:
    """What came of it. Times in milliseconds; ``cpu`` is the server's processor time for a request."""

    cell: Cell
    server: str
    rate: float
    p50: float
    p99: float
    cpu: float
    failed: int


def measure(server: Server, query: Query, cell: Cell, seconds: float) -> Measured:
    """Runs one cell."""
    variants = query.variants[:REPEATED] if cell.mode == "repeated" else query.variants
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(target(server.path, text) + "\n" for text in variants)
        file.flush()
        if cell.mode == "repeated":
            _wrk(server, cell, file.name, query.accept, seconds * WARMUP)
        before = server.processor_seconds()
        counted = _wrk(server, cell, file.name, query.accept, seconds)
        after = server.processor_seconds()  # what a worker that was killed in between has spent, nobody knows
        spent = sum(value - before.get(pid, 0.0) for pid, value in after.items())
    requests = max(1, counted["requests"])
    return Measured(
        cell=cell,
        server=server.name,
        rate=counted["requests"] / counted["microseconds"] * 1e6,
        p50=counted["p50"],
        p99=counted["p99"],
        cpu=spent / requests * 1000,
        failed=int(counted["failed"]),
    )


def _wrk(server: Server, cell: Cell, targets: str, accept: str, seconds: float) -> dict[str, float]:
    """wrk's own figures. It counts whole seconds only, so shorter runs end with a signal, which it takes as its end."""
    number = 0 if cell.mode == "repeated" else random.SystemRandom().randrange(10**9, 10**14)
    script = str(Path(__file__).with_name("wrk.lua"))
    command = ["wrk", "-t1", f"-c{cell.connections}", "-d3600s", "--timeout", "30s", "-s", script, server.url]
    command += ["--", targets, accept, str(number)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(2)  # SIGINT
    output, _ = process.communicate(timeout=60)
    figures: dict[str, float] = json.loads(output.rsplit("\n", 2)[-2])
    return figures
