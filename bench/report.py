"""The figures as tables: ratios to the yardstick, which hold where a busy machine makes single figures wander."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from math import exp, log
from pathlib import Path

from load import Measured

YARDSTICK = "oxigraph"
MODES = ("uncached", "repeated")


@dataclass(frozen=True)
class Loaded:
    """A server with one data set: seconds to load, peak resident bytes (``shared``: common pages counted once)."""

    server: str
    seconds: float
    resident: int
    shared: int


@dataclass(frozen=True)
class Round:
    """All that was measured on one data set. ``sizes`` has each query's mean number of rows or triples."""

    data: str
    quads: int
    loaded: list[Loaded]
    sizes: dict[str, float]
    measured: list[Measured]


def geometric_mean(values: Iterable[float]) -> float:
    logs = [log(max(value, 1e-9)) for value in values]
    return exp(sum(logs) / len(logs)) if logs else float("nan")


def ratios(measured: list[Measured], server: str, mode: str, connections: int, of: str) -> dict[str, float]:
    """A server's rate (or ``cpu``) over the yardstick's in the same cell, by query."""
    rates = {
        (one.cell.query, one.server): one.rate if of == "rate" else one.cpu
        for one in measured
        if (one.cell.mode, one.cell.connections) == (mode, connections)
    }
    return {
        query: rate / rates[query, YARDSTICK]
        for (query, name), rate in rates.items()
        if name == server and rates.get((query, YARDSTICK))
    }


def summary(one: Round, of: str = "rate") -> str:
    """One row for each mode and number of connections: geometric mean over the queries, and the worst of them."""
    servers = [loaded.server for loaded in one.loaded]
    lines = [_row(["", *servers]), _row(["---"] * (len(servers) + 1))]
    worst = max if of == "cpu" else min
    for mode in MODES:
        for connections in sorted({measured.cell.connections for measured in one.measured}):
            cells = [_mean(ratios(one.measured, server, mode, connections, of), worst) for server in servers]
            if any(cells):
                lines.append(_row([f"{mode}, {connections} connections", *cells]))
    return "\n".join(lines)


def details(one: Round, mode: str, connections: int) -> str:
    """One row a query: rate, ratio, median and 99th percentile of the time, processor time, for each server."""
    servers = [loaded.server for loaded in one.loaded]
    lines = [_row(["query", "rows", *servers]), _row(["---"] * (len(servers) + 2))]
    found = {
        (measured.cell.query, measured.server): measured
        for measured in one.measured
        if (measured.cell.mode, measured.cell.connections) == (mode, connections)
    }
    for query, rows in one.sizes.items():
        yardstick = found.get((query, YARDSTICK))
        cells = [_cell(found.get((query, server)), yardstick) for server in servers]
        lines.append(_row([query, f"{rows:.0f}", *cells]))
    return "\n".join(lines)


def growth(rounds: list[Round], server: str) -> str:
    """What a query costs as the data grow: at one connection, its p50 and the processor time for a request."""
    lines = [_row(["query", *(f"{one.data} ({one.quads} quads)" for one in rounds)]), _row(["---"] * (len(rounds) + 1))]
    for query in dict.fromkeys(query for one in rounds for query in one.sizes):
        cells = []
        for one in rounds:
            least = min((x.cell.connections for x in one.measured), default=1)
            match = [x for x in one.measured if (x.server, x.cell.query, x.cell.mode) == (server, query, "uncached")]
            alone = [x for x in match if x.cell.connections == least]
            cells.append(
                f"{alone[0].p50:.2f} ms, cpu {alone[0].cpu:.2f} ms, {one.sizes[query]:.0f} rows" if alone else ""
            )
        lines.append(_row([query, *cells]))
    return "\n".join(lines)


def markdown(rounds: list[Round], notes: list[str]) -> str:
    """The whole report."""
    parts = ["# Bench", "\n".join(f"- {note}" for note in notes)]
    for one in rounds:
        parts += [f"## {one.data}: {one.quads} quads", _loaded(one)]
        parts += [f"### Rate over {YARDSTICK}'s: geometric mean (worst query)", summary(one)]
        parts += [f"### Processor time for a request over {YARDSTICK}'s: geometric mean (worst query)"]
        parts += [summary(one, "cpu")]
        for mode in MODES:
            for connections in sorted({x.cell.connections for x in one.measured if x.cell.mode == mode}):
                title = (
                    f"### {mode}, {connections} connections: requests/s (x {YARDSTICK}'s), p50 / p99 ms, cpu ms/request"
                )
                parts += [title, details(one, mode, connections)]
    for server in dict.fromkeys(loaded.server for one in rounds for loaded in one.loaded):
        parts += [f"## As the data grow: {server}, uncached, one connection", growth(rounds, server)]
    return "\n\n".join(parts) + "\n"


def write(rounds: list[Round], notes: list[str], folder: Path) -> None:
    """Writes report.md and report.json."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {"notes": notes, "rounds": [asdict(one) for one in rounds]}
    (folder / "report.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown(rounds, notes), encoding="utf-8")


def _loaded(one: Round) -> str:
    lines = [_row(["server", "load s", "peak RSS MB (sum)", "peak PSS MB"]), _row(["---"] * 4)]
    for x in one.loaded:
        lines.append(_row([x.server, f"{x.seconds:.1f}", f"{x.resident / 1e6:.0f}", f"{x.shared / 1e6:.0f}"]))
    return "\n".join(lines)


def _mean(known: dict[str, float], worst: Callable[..., str]) -> str:
    if not known:
        return ""
    query = worst(known, key=lambda one: known[one])
    return f"{geometric_mean(known.values()):.2f} ({query} {known[query]:.2f})"


def _cell(one: Measured | None, yardstick: Measured | None) -> str:
    if one is None:
        return ""
    ratio = f" (x {one.rate / yardstick.rate:.2f})" if yardstick and yardstick.rate else ""
    failed = f" FAILED {one.failed}" if one.failed else ""
    return f"{one.rate:.0f}{ratio} {one.p50:.2f} / {one.p99:.1f} {one.cpu:.2f}{failed}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
