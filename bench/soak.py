"""Minutes of mixed load with hostile queries in it: does the server stay up, quick, and the size it was?

    python bench/soak.py --minutes 10

First the harmless load alone, then the same with one request in twenty hostile. Exit code 1 where something does not
hold: no 500, no process or descriptor left over, memory flat, each deadline met within a second, and the harmless
requests' 99th percentile within twice what it is alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import hostile
import processes

HARMLESS_CLIENTS = 4
WARM_SECONDS = 5.0
DELIBERATE = {503, 504}
SLACK = 1.0
GROWTH = 1.25


@dataclass
class Tally:
    """What came of the requests of one phase."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    hostile: Counter[str] = field(default_factory=Counter)

    def note(self, status: int, seconds: float, what: str) -> None:
        self.statuses[status] += 1
        self.seconds.append(seconds)
        if status != 200:
            self.wrong.append(f"{status} for the harmless {what}")

    def p(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[int(len(ordered) * share)] * 1000


@dataclass(frozen=True)
class Load:
    """How much is asked of the server at ``port``: requests a second, for how long, and its own deadline."""

    port: int
    rate: float
    seconds: float
    deadline: float


HARMLESS = (
    "/queries/actors/who-leads.csv?body=mayors-mechanism",
    "/page/mayors-mechanism",
    "/queries",
    "/health",
    "/sparql?query=" + quote("SELECT ?s ?o { ?s a ?o } LIMIT 20 #") + "{n}",
    "/sparql?query="
    + quote("SELECT ?p (COUNT(*) AS ?n) { <https://w3id.org/citydiplomacy/id/iom> ?p ?o } GROUP BY ?p #")
    + "{n}",
    "/sparql?query=" + quote("ASK { ?a ?b ?c } #") + "{n}",
    "/sparql?query=" + quote("ASK { ?a ?b ?c }"),
)


def harmless(load: Load, tally: Tally, number: int) -> None:
    """One client's even share of the load, over one connection."""
    pause = HARMLESS_CLIENTS / load.rate
    chance = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", load.port, timeout=60)
    begin = time.perf_counter() + chance.random() * pause
    for turn in range(int(load.seconds / pause)):
        time.sleep(max(0.0, begin + turn * pause - time.perf_counter()))
        path = chance.choice(HARMLESS).replace("{n}", f"{number}-{turn}-{time.monotonic_ns()}")
        started = time.perf_counter()
        connection.request("GET", path, headers={"Accept": "*/*"})
        response = connection.getresponse()
        response.read()
        tally.note(response.status, time.perf_counter() - started, path)
    connection.close()


def attack(load: Load, tally: Tally, stop: threading.Event) -> None:
    """One hostile request in twenty, each in a thread of its own: it takes until its deadline."""
    chance = random.Random(7)
    running: list[threading.Thread] = []
    begin, turn, pause = time.perf_counter(), 0, 20 / load.rate
    while not stop.is_set():
        turn += 1
        stop.wait(max(0.0, begin + turn * pause - time.perf_counter()))
        name = chance.choice(list(hostile.ATTACKS))
        running = [one for one in running if one.is_alive()]
        running.append(threading.Thread(target=_attack, args=(load, tally, name)))
        running[-1].start()
    for one in running:
        one.join(timeout=90)


def _attack(load: Load, tally: Tally, name: str) -> None:
    started = time.perf_counter()
    try:
        status = hostile.ATTACKS[name](load.port)
    except OSError as error:
        tally.wrong.append(f"{name}: {error!r}")
        return
    seconds = time.perf_counter() - started
    tally.hostile[f"{name}: {status or 'left'}"] += 1
    if status >= 500 and status not in DELIBERATE:
        tally.wrong.append(f"{status} for the hostile {name}")
    if status and seconds > load.deadline + SLACK:
        tally.late.append(f"{name} took {seconds:.1f} s")


def phase(load: Load, watch: Callable[[], None], *, hostile_too: bool) -> Tally:
    """The load, with or without its hostile part; ``watch`` is called each second."""
    tally, stop = Tally(), threading.Event()
    threads = [threading.Thread(target=harmless, args=(load, tally, number)) for number in range(HARMLESS_CLIENTS)]
    attacker = threading.Thread(target=attack, args=(load, tally, stop))
    for one in [*threads, *([attacker] if hostile_too else [])]:
        one.start()
    while any(one.is_alive() for one in threads):
        time.sleep(1)
        watch()
    stop.set()
    if hostile_too:
        attacker.join()
    return tally


def descriptors(pid: int) -> int:
    """How many files and sockets a tree of processes has open."""
    return sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in processes.tree(pid))


def wait_for(port: int, path: str = "/health") -> None:
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def verdict(alone: Tally, mixed: Tally, sizes: list[int], before: tuple[int, int], after: tuple[int, int]) -> list[str]:
    """What does not hold."""
    quarter = len(sizes) // 4
    early, late = statistics.median(sizes[quarter : 2 * quarter]), statistics.median(sizes[-quarter:])
    wrong = list(dict.fromkeys(mixed.wrong))[:10] + mixed.late[:10]
    if after[0] != before[0]:
        wrong.append(f"{after[0]} processes, before {before[0]}")
    if after[1] > before[1] + HARMLESS_CLIENTS:
        wrong.append(f"{after[1]} open files, before {before[1]}")
    if late > early * GROWTH:
        wrong.append(f"memory grew from {early / 1e6:.0f} to {late / 1e6:.0f} MB")
    if mixed.p(0.99) > 2 * alone.p(0.99):
        wrong.append(f"p99 {mixed.p(0.99):.1f} ms, alone {alone.p(0.99):.1f} ms")
    return wrong


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Minutes of mixed load with hostile queries in it.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=40.0, help="requests a second (default 40: two of them hostile)")
    parser.add_argument("--deadline", type=float, default=2.0)
    parser.add_argument("--workers", type=int, default=8)
    return parser.parse_args()


def main() -> int:
    chosen = options()
    port = processes.free_port()
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(sys.prefix) / "bin" / "citydiplomacy")
        command = [program, "serve", "--port", str(port), "--workers", str(chosen.workers), "--cache", "8"]
        command += ["--timeout", str(chosen.deadline), "--memory", "300", "--max-answer", "64"]
        server = processes.start(command, Path(folder) / "log.txt")
        try:
            wait_for(port)
            return soak(chosen, port, server.pid)
        finally:
            processes.stop(server)
            print((Path(folder) / "log.txt").read_text()[-2000:], file=sys.stderr)


def soak(chosen: argparse.Namespace, port: int, pid: int) -> int:
    sizes: list[int] = []
    phase(Load(port, chosen.rate, WARM_SECONDS, chosen.deadline), lambda: None, hostile_too=False)
    alone = phase(Load(port, chosen.rate, 30.0, chosen.deadline), lambda: None, hostile_too=False)
    time.sleep(1)
    before = len(processes.tree(pid)), descriptors(pid)
    load = Load(port, chosen.rate, chosen.minutes * 60, chosen.deadline)
    mixed = phase(load, lambda: sizes.append(processes.memory(pid)[1]), hostile_too=True)
    time.sleep(chosen.deadline + 3)
    wait_for(port)
    after = len(processes.tree(pid)), descriptors(pid)
    wrong = verdict(alone, mixed, sizes, before, after)
    figures = {
        "minutes": chosen.minutes,
        "processors": os.cpu_count(),
        "load of the machine": os.getloadavg()[1],
        "harmless": dict(mixed.statuses),
        "hostile": dict(sorted(mixed.hostile.items())),
        "milliseconds alone, p50 p99": [round(alone.p(0.5), 2), round(alone.p(0.99), 2)],
        "milliseconds mixed, p50 p99": [round(mixed.p(0.5), 2), round(mixed.p(0.99), 2)],
        "processes and open files before": before,
        "processes and open files after": after,
        "megabytes at the quarters": [round(sizes[len(sizes) * n // 4 - (n == 4)] / 1e6) for n in range(5)],
        "most megabytes": round(max(sizes) / 1e6),
        "does not hold": wrong,
    }
    print(json.dumps(figures, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
