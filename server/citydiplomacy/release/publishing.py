"""Filling another store with a release, graph by graph, and proving afterwards that it holds just what it should.

A graph that is there already, statement for statement, is not sent again: after an interruption the same command goes
on where it stopped. What is sent is read back and compared by its canonical lines (RDFC-1.0).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from citydiplomacy.canonical import canonical_lines, canonical_triples
from citydiplomacy.graphstore import Account, GraphStore
from citydiplomacy.names import XSD
from citydiplomacy.nquads import graph_of, lines_of
from citydiplomacy.progress import Progress
from citydiplomacy.release.directory import Release

AT_ONCE = 4
NUMBER = re.compile(rf'"([+-]?[0-9]+(?:\.[0-9]+)?)"(\^\^<{re.escape(XSD)}(?:decimal|integer)>) \.$', re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """A store to fill. The merge of all graphs goes into its default graph, the graph ``merge`` or (``""``) nowhere."""

    url: str
    account: Account = field(default_factory=Account)
    merge: str | None = None


@dataclass
class Outcome:
    """What was done: graphs sent, graphs that were there already, statements now there, and what differs.

    ``rewritten`` statements have the same number, written otherwise: some stores keep ``100.0`` as ``100``.
    """

    sent: int = 0
    kept: int = 0
    rewritten: int = 0
    statements: int = 0
    digest: str = ""
    wrong: list[str] = field(default_factory=list)


def publish(release: Release, target: Target, progress: Progress) -> Outcome:
    """Fills a store and verifies it. Raises GraphStoreError where it refuses or can not be reached."""
    return asyncio.run(_publish(release, target, progress))


async def _publish(release: Release, target: Target, progress: Progress) -> Outcome:
    outcome = Outcome()
    graphs = dict(_graphs(release, target))
    found: dict[str, list[str]] = {}
    turns = asyncio.Semaphore(AT_ONCE)
    async with GraphStore(target.url, target.account) as store:

        async def fill(name: str | None, triples: list[str]) -> None:
            async with turns:
                there = await _fill(store, name, triples, outcome)
            progress(f"{outcome.sent + outcome.kept} of {len(graphs)} graphs")
            if name is not None and name != target.merge:
                found[name] = there

        await asyncio.gather(*(fill(name, triples) for name, triples in graphs.items()))
    outcome.statements = sum(map(len, found.values()))
    outcome.digest = await asyncio.to_thread(_digest, found)
    if outcome.digest != release.digest and not outcome.wrong and not outcome.rewritten:
        outcome.wrong.append(f"The digest of what is there is {outcome.digest}, not {release.digest}.")
    return outcome


async def _fill(store: GraphStore, name: str | None, triples: list[str], outcome: Outcome) -> list[str]:
    """Sends a graph where it is not there yet; what is there in the end."""
    there = await _read(store, name)
    if _values(there) == _values(triples):
        outcome.kept += 1
        outcome.rewritten += len(set(there) - set(triples))
        return there
    await store.put(name, "".join(triples).encode())
    there = await _read(store, name)
    outcome.sent += 1
    if _values(there) == _values(triples):
        outcome.rewritten += len(set(there) - set(triples))
    else:
        outcome.wrong.extend(_differences(name, triples, there))
    return there


def _values(lines: list[str]) -> list[str]:
    """Lines with their numbers in one form each."""
    return sorted(NUMBER.sub(lambda match: f'"{Decimal(match[1]).normalize():f}"{match[2]}', line) for line in lines)


def _digest(found: dict[str, list[str]]) -> str:
    """SHA-256 of the canonical N-Quads of all graphs; each has blank nodes of its own, as a store's graphs do."""
    lines = []
    for number, (name, triples) in enumerate(found.items()):
        lines += [f"{_apart(triple, number)[:-2]}<{name}> .\n" for triple in triples]
    canonical = canonical_lines([], lines) if any("_:" in line for line in lines) else sorted(lines)
    return hashlib.sha256("".join(canonical).encode()).hexdigest()


def _apart(triple: str, number: int) -> str:
    """A line whose blank nodes, as subject or object, are those of one graph alone."""
    if "_:" not in triple:
        return triple
    terms = triple.split(" ", 2)
    return " ".join(f"_:g{number}{term[2:]}" if term.startswith("_:") else term for term in terms)


async def _read(store: GraphStore, name: str | None) -> list[str]:
    body = await store.get(name)
    return await asyncio.to_thread(canonical_triples, body)


def _differences(name: str | None, wanted: list[str], there: list[str]) -> Iterator[str]:
    """What a graph lacks or has too much, with an example of each."""
    where = "The default graph" if name is None else f"Graph {name}"
    missing, more = sorted(set(wanted) - set(there)), sorted(set(there) - set(wanted))
    example = "".join(f" {word} {lines[0].strip()}" for word, lines in (("Lacks", missing), ("Has", more)) if lines)
    yield f"{where}: {len(there)} statements, not {len(wanted)}; {len(missing)} missing, {len(more)} foreign.{example}"


def _graphs(release: Release, target: Target) -> Iterator[tuple[str | None, list[str]]]:
    """Each graph with its canonical lines as N-Triples, and the merge of all."""
    graphs: dict[str, list[str]] = defaultdict(list)
    for line in release.lines():
        name = graph_of(line)
        graphs[name].append(f"{line[: -len(name) - 5]}.\n")
    for name, triples in graphs.items():
        yield name, _canonical(triples)
    if target.merge != "":
        yield target.merge, _canonical({triple for triples in graphs.values() for triple in triples})


def _canonical(triples: Iterable[str]) -> list[str]:
    """A graph's own canonical lines: the labels of blank nodes in a release are those of the whole."""
    text = "".join(triples)
    return canonical_triples(text.encode()) if "_:" in text else sorted(lines_of(text))
