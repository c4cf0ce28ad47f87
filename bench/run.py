"""Measures this server beside others: the same data, the same questions, the same minutes.

    make bench                                        our data, 10^5 and 10^6 synthetic quads
    make bench ARGS="--sizes 1e7 --queries label join" only these, at ten million quads
    make bench ARGS="--servers citydiplomacy oxigraph --sizes own --seconds 0.3"    a first look, in two minutes

Nine questions (queries.py), up to 200 variants each, are asked over 1, 8 and 32 connections, in two ways: *uncached*,
no two requests the same, and *repeated*, twenty variants again and again. All servers are up at once; the cells come
in random order, the servers' turns at one cell right after each other, so that a busy machine harms them alike. Before
the first measurement all servers must give the same answers. Read ratios, not figures: wrk runs on the same cores.

Needs requirements-bench.txt (make bench installs it) and, from Debian, wrk and virtuoso-opensource: what is missing is
named, or installed with --install. Writes bench/output/report.md and report.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import agreement
import generator
import report
from load import WARMUP, Cell, measure
from queries import TEMPLATES, Query, prepare
from servers import BENCH, Data, Ours, Oxigraph, RdflibEndpoint, Server
from virtuoso import Virtuoso

SERVERS: dict[str, type[Server]] = {one.name: one for one in (Ours, Oxigraph, RdflibEndpoint, Virtuoso)}
SLOW_SERVER_QUADS = 200_000  # rdflib-endpoint is measured up to here
DEBIAN = {"wrk": "wrk", "virtuoso-t": "virtuoso-opensource"}
HERE = Path(__file__).parent


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="+", default=["own", "1e5", "1e6"], help="quads; own: our data")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    names = [template.name for template in TEMPLATES]
    parser.add_argument("--queries", nargs="+", choices=names, default=names)
    parser.add_argument("--connections", nargs="+", type=int, default=[1, 8, 32], metavar="N")
    parser.add_argument("--modes", nargs="+", choices=report.MODES, default=list(report.MODES))
    parser.add_argument("--seconds", type=float, default=0.7, help="for each cell (default 0.7)")
    parser.add_argument("--workers", type=int, default=4, help="of citydiplomacy: as it is by itself (default 4)")
    parser.add_argument("--seed", type=int, default=1, help="for data, parameters and order (default 1)")
    parser.add_argument("--install", action="store_true", help="apt-get install what is missing of Debian's packages")
    parser.add_argument("--out", type=Path, default=HERE / "output", help="the report's folder (default bench/output)")
    options = parser.parse_args(arguments)
    for size in options.sizes:
        if size != "own" and not size.replace(".", "").replace("e", "").isdigit():
            parser.error(f"--sizes {size}: a number of quads such as 1e6, or own")
    return options


def missing(options: argparse.Namespace) -> list[str]:
    """Debian packages that are needed and not there; servers that cannot be had are left out, with a word on it."""
    programs = ["wrk", *(["virtuoso-t"] if "virtuoso" in options.servers else [])]
    return [DEBIAN[program] for program in programs if not shutil.which(program)]


def prepare_machine(options: argparse.Namespace) -> None:
    packages = missing(options)
    if packages and options.install:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
        say(f"installing {', '.join(packages)}: {' '.join(command)}")
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
        packages = missing(options)
    if "wrk" in packages:
        sys.exit("wrk makes the load and is not here. Install it (apt-get install wrk) or run with --install.")
    if "virtuoso-opensource" in packages:
        print("virtuoso is left out: apt-get install virtuoso-opensource, or run with --install.", flush=True)
        options.servers.remove("virtuoso")
    if not (BENCH / "oxigraph").is_file():
        sys.exit(f"{BENCH} lacks the other servers: use make bench, which installs requirements-bench.txt there.")


def make_data(size: str, seed: int, folder: Path) -> Data:
    """A release directory: of our own content, or of synthetic data."""
    release = folder / "release"
    if size == "own":
        program = str(Path(sys.prefix) / "bin" / "citydiplomacy")
        subprocess.run([program, "build", "--out", str(release)], check=True, stderr=subprocess.DEVNULL)
        known = json.loads((release / "release.json").read_text())
        return Data("own", release, known["statements"])
    release.mkdir()
    with (release / "data.nq").open("w", encoding="utf-8", newline="\n") as out:
        quads, graphs = generator.write(out, float(size), seed)
    known = {"base": generator.BASE, "prefix": "cd", "version": f"synthetic-{size}-{seed}", "digest": ""}
    (release / "release.json").write_text(json.dumps(known | {"statements": quads, "graphs": graphs}))
    return Data(size, release, quads)


def run_size(size: str, options: argparse.Namespace, folder: Path) -> report.Round:
    """Everything on one data set. The servers are ended whatever happens."""
    say(f"{size}: making data")
    data = make_data(size, options.seed, folder)
    names = [name for name in options.servers if name != "rdflib-endpoint" or data.quads <= SLOW_SERVER_QUADS]
    with contextlib.ExitStack() as stack:
        servers, seconds = [], {}
        for name in names:
            server = SERVERS[name](folder, options.workers)
            stack.callback(server.stop)
            say(f"{size}: loading {data.quads} quads into {name}")
            seconds[name] = server.start(data)
            servers.append(server)
        asked = next((server for server in servers if server.name == report.YARDSTICK), servers[0])  # has no deadline
        queries = prepare(options.queries, options.seed, asked.select)
        say(f"{size}: asking {', '.join(query.name for query in queries)} (the others have no parameters here)")
        say(f"{size}: comparing answers")
        found = agreement.disagreements(servers, queries)
        if found:
            sys.exit("The servers do not agree:\n" + "\n".join(found[:5]))
        sizes = {query.name: agreement.sizes(servers[0], query) for query in queries}
        measured = run_cells(servers, queries, options, size)
        loaded = [report.Loaded(server.name, seconds[server.name], *server.peak) for server in servers]
    return report.Round(size, data.quads, loaded, sizes, measured)


def run_cells(
    servers: list[Server], queries: list[Query], options: argparse.Namespace, size: str
) -> list[report.Measured]:
    """All cells in random order, the servers' turns at each in random order, too."""
    order = random.Random(options.seed)
    cells = [
        (query, Cell(query.name, mode, connections))
        for query in queries
        for mode in options.modes
        for connections in options.connections
    ]
    order.shuffle(cells)
    measured, started = [], time.monotonic()
    for number, (query, cell) in enumerate(cells, 1):
        for server in order.sample(servers, len(servers)):
            measured.append(measure(server, query, cell, options.seconds))
            server.look()
        left = (time.monotonic() - started) / number * (len(cells) - number)
        if sys.stdout.isatty() or number % 10 == 0:
            say(f"{size}: {number} of {len(cells)} cells, {left:.0f} s left", "\r" if sys.stdout.isatty() else "\n")
    say("")
    return measured


def say(text: str, end: str = "\n") -> None:
    print(f"{text:<76}", end=end, flush=True)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    prepare_machine(options)
    rounds = []
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    notes = [
        f"{options.seconds:g} s a cell, repeated queries after {options.seconds * WARMUP:g} s of warming up",
        f"seed {options.seed}, {options.workers} workers; {cores} cores, wrk on the same; load at the start {busy:.1f}",
        "servers: " + ", ".join(options.servers) + f"; rdflib-endpoint up to {SLOW_SERVER_QUADS} quads",
    ]
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="citydiplomacy-bench-") as folder:
            rounds.append(run_size(size, options, Path(folder)))
        report.write(rounds, notes, options.out)
        print(report.summary(rounds[-1]) + "\n", flush=True)
    print(f"Written to {options.out}/report.md and report.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
