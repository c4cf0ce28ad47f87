"""Measures how builds grow with their content, and how fast a dump comes through the server.

    make bench-build                                  10^4, 10^5 and 10^6 statements
    make bench-build BUILDS="1e7"                     ten million: forty minutes, and 8 GB
    .venv/bin/python bench/building.py --checked 1e7  with the verdict, too, at every size

Each build is a process of its own over synthetic content (content.py): wall time, processor time, peak memory. Without
the verdict it reads, reasons and writes; with it, it also judges the content (graph rules, ontology rules, shapes,
queries), as ``citydiplomacy build`` does unless it is told ``--unchecked``.

The dump of the last one is fetched by curl, once with the file dropped from the page cache and once with it there, from
this server and from Python's own http.server, and read by cat; dd reads it past the page cache, which is the disk's own
speed. Read processor time: it holds on a busy machine.
Writes bench/output/building.md and building.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path

from content import write_root
from processes import free_port, start, stop, wait_until

HERE = Path(__file__).parent
PROGRAM = [sys.executable, "-m", "citydiplomacy.cli"]
MIB = 1 << 20


@dataclass(frozen=True)
class Built:
    """One build: what came out, and what it took (seconds, bytes)."""

    verdict: bool
    statements: int
    graphs: int
    files: int
    bytes: int
    seconds: float
    processor: float
    peak: int


@dataclass(frozen=True)
class Fetched:
    """One way to read a dump, in bytes a second: from the disk, and from the page cache (None: it goes past that)."""

    way: str
    cold: float
    warm: float | None


def build(root: Path, out: Path, *, verdict: bool) -> Built:
    """Builds a release in a process of its own."""
    command = [*PROGRAM, "build", "--root", str(root), "--out", str(out), *([] if verdict else ["--unchecked"])]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed")
    known = json.loads((out / "release.json").read_text())
    files = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    return Built(
        verdict,
        known["statements"],
        known["graphs"],
        len(files),
        sum(files),
        time.monotonic() - began,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024,
    )


def fetch(release: Path, folder: Path) -> list[Fetched]:
    """The ways to read data.nq of a release, the fastest possible first."""
    dump = release / "data.nq"
    version = json.loads((release / "release.json").read_text())["version"]
    ours, theirs = free_port(), free_port()
    serve = [*PROGRAM, "serve", "--release", str(release), "--port", str(ours), "--workers", "1"]
    plain = [sys.executable, "-m", "http.server", str(theirs), "--bind", "127.0.0.1", "--directory", str(release)]
    direct = ["dd", f"if={dump}", "of=/dev/null", "bs=4M", "iflag=direct", "status=none"]
    cat = ["cat", str(dump)]
    found = [Fetched("dd past the page cache", _rate(direct, dump, cold=True), None)]
    found.append(Fetched("cat", _rate(cat, dump, cold=True), _rate(cat, dump, cold=False)))
    for way, command, url, health in (
        (
            "citydiplomacy serve",
            serve,
            f"http://127.0.0.1:{ours}/dumps/{version}/data.nq",
            f"http://127.0.0.1:{ours}/health",
        ),
        (
            "python -m http.server",
            plain,
            f"http://127.0.0.1:{theirs}/data.nq",
            f"http://127.0.0.1:{theirs}/release.json",
        ),
    ):
        with running(command, health, folder / f"{way.split()[0]}.log"):
            curl = ["curl", "--silent", "--fail", url]
            found.append(Fetched(way, _rate(curl, dump, cold=True), _rate(curl, dump, cold=False)))
    return found


@contextlib.contextmanager
def running(command: list[str], url: str, log_file: Path) -> Iterator[None]:
    """A server that answers, ended afterwards."""
    process = start(command, log_file)
    try:
        wait_until(lambda: _answers(url), process, 600, log_file)
        yield
    finally:
        stop(process)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status) == 200
    except (OSError, urllib.error.URLError):
        return False


def _rate(command: list[str], file: Path, *, cold: bool) -> float:
    """Bytes a second of the best of three runs, its output thrown away."""
    best = float("inf")
    for _ in range(3):
        if cold:
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.monotonic() - began)
    return file.stat().st_size / best


def growth(one: Built, other: Built, figure: str) -> float:
    """The power of the number of statements that a figure grows with: 1 is linear."""
    ratio = getattr(other, figure) / getattr(one, figure)
    return log(ratio) / log(other.statements / one.statements)


def markdown(built: list[Built], fetched: list[Fetched], notes: list[str]) -> str:
    """The report."""
    lines = ["# Builds", "", *(f"- {note}" for note in notes), ""]
    for verdict in (False, True):
        rows = [one for one in built if one.verdict == verdict]
        if rows:
            lines += [f"## {'With the verdict' if verdict else 'The release alone'}", "", *_table(rows), ""]
    if fetched:
        lines += ["## data.nq, MB/s", "", "| way | from disk | from the page cache |", "|---|---|---|"]
        for one in fetched:
            lines.append(f"| {one.way} | {one.cold / 1e6:.0f} | {f'{one.warm / 1e6:.0f}' if one.warm else ''} |")
    return "\n".join(lines) + "\n"


def _table(rows: list[Built]) -> Iterator[str]:
    columns = (
        "statements",
        "graphs",
        "files",
        "MB",
        "wall s",
        "processor s",
        "µs each",
        "peak MiB",
        "KiB each",
        "grows as",
    )
    yield "| " + " | ".join(columns) + " |"
    yield "|---" * len(columns) + "|"
    for before, one in zip([None, *rows], rows, strict=False):
        each, kib = 1e6 * one.processor / one.statements, one.peak / 1024 / one.statements
        grows = (
            f"n^{growth(before, one, 'processor'):.2f}, memory n^{growth(before, one, 'peak'):.2f}" if before else ""
        )
        yield (
            f"| {one.statements} | {one.graphs} | {one.files} | {one.bytes / 1e6:.0f} | {one.seconds:.0f} "
            f"| {one.processor:.0f} | {each:.0f} | {one.peak / MIB:.0f} | {kib:.2f} | {grows} |"
        )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=float, default=[1e4, 1e5, 1e6], metavar="N", help="statements")
    parser.add_argument("--checked", type=float, default=1e6, metavar="N", help="the verdict, too, up to this size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE / "output", help="the report's folder (default bench/output)")
    options = parser.parse_args(arguments)
    notes = [f"seed {options.seed}; {os.cpu_count()} cores; load at the start {os.getloadavg()[0]:.1f}"]
    built: list[Built] = []
    fetched: list[Fetched] = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="citydiplomacy-bench-") as name:
            root, out = Path(name) / "root", Path(name) / "release"
            write_root(root, size, options.seed)
            for verdict in (False, True) if size <= options.checked else (False,):
                built.append(build(root, out, verdict=verdict))
                print(built[-1], flush=True)
            fetched = fetch(out, Path(name)) if size == options.sizes[-1] else []
        options.out.mkdir(parents=True, exist_ok=True)
        known = {"notes": notes, "built": [asdict(one) for one in built], "fetched": [asdict(one) for one in fetched]}
        (options.out / "building.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        (options.out / "building.md").write_text(markdown(built, fetched, notes), encoding="utf-8")
    print(markdown(built, fetched, notes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
