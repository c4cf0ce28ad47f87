"""Measures ``citydiplomacy validate`` (reading, all checks, report) beside plain pySHACL (validation alone).

    make bench-validation                    10^3, 10^4 and 10^5 entities, without and with findings: 15 minutes
    make bench-validation SIZES="1e3 1e4"    two minutes

The data is made here: documents with passages, cities, memberships and findings that conform; with ``faulty`` one
entity in a hundred breaks a shape. pySHACL gets the same triples and the repository's own shapes as graphs that are
read already; its results and the compiled engine's are compared. Each runs in a process of its own. Times are CPU
seconds, which a busy machine changes less. Read ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyshacl

from citydiplomacy.reference import graph_of, rows_of
from citydiplomacy.repository import open_repository
from citydiplomacy.shapes_engine import compiled
from citydiplomacy.store import statements_of
from citydiplomacy.submission.published import published_by_repository
from citydiplomacy.submission.shapes import surroundings

ROOT = Path(__file__).resolve().parents[1]
HEAD = """@prefix : <https://w3id.org/citydiplomacy/ontology#> .
@prefix id: <https://w3id.org/citydiplomacy/id/> .
@prefix graph: <https://w3id.org/citydiplomacy/graph/> .
@prefix p: <https://w3id.org/citydiplomacy/passage/synthetic/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix source: <https://w3id.org/citydiplomacy/source/> .
@prefix sec: <https://w3id.org/citydiplomacy/source/synthetic#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
source:synthetic {{
  source:synthetic a :SourceDocument ; rdfs:label "Synthetic"@en , "Synthetisch"@de ; :firstLine 1 ; :lastLine {last} ;
    :sha256 "{digest}" .
  sec:a a :Section ; rdfs:label "a"@en , "a"@de ; :partOf source:synthetic ; :firstLine 1 ; :lastLine {last} .
}}
"""
BLOCK = """source:synthetic {{
  p:{n} a :Passage ; :passageOf source:synthetic ; :inSection sec:a ; :page 1 ; :firstLine {n} ; :lastLine {n} ;
    :lines "{n}" ;
    :sha256 "{digest}" .
}}
p:{n} {{
  id:city-{n} a :City ; rdfs:label "City number {n}"@en , "Stadt Nummer {n}"@de .
  id:network-{n} a :CityNetwork ; rdfs:label "Network number {n}"@en , "Netzwerk Nummer {n}"@de .
  id:membership-{n} a :Membership ; :member id:city-{n} ; :membershipIn id:network-{n} ; :startDate {year} .
  id:finding-{n} a :Finding ; rdfs:label "Finding number {n}"@en , "Befund Nummer {n}"@de ; :about id:city-{n} .
}}
"""
# In a process of its own: a child counts the memory of what it was forked from as its own.
MEASURE = """import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]), file=sys.stderr)"""
ENTITIES_A_BLOCK = 5  # passage, city, network, membership, finding


def write(path: Path, entities: int, *, faulty: bool) -> None:
    """A TriG file of so many entities."""
    blocks = max(1, entities // ENTITIES_A_BLOCK)
    digest = "0" * 64
    head = HEAD.format(last=blocks, digest=digest)
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for number in range(1, blocks + 1):
            wrong = faulty and number % 20 == 0
            year = '"2014"' if wrong else '"2014"^^xsd:gYear'
            file.write(BLOCK.format(n=number, digest=digest, year=year))


def measured(command: list[str]) -> tuple[float, float, dict[str, Any]]:
    """CPU seconds of a command with all its processes, MiB of the largest one, and the JSON it writes."""
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stderr.splitlines()[-1])
    return seconds, peak, json.loads(done.stdout)


def ours(path: Path) -> tuple[float, float, dict[str, Any]]:
    """The whole command, the process it judges in included."""
    return measured([sys.executable, "-m", "citydiplomacy.cli", "validate", str(path), "--format", "json", "--alone"])


def theirs(path: Path) -> dict[str, Any]:
    """CPU seconds of pySHACL's validation alone, its MiB, and whether its results are the compiled engine's."""
    _, peak, found = measured([sys.executable, __file__, "--reference", str(path)])
    return found | {"peak": peak}


def reference(path: Path) -> dict[str, Any]:
    """What ``theirs`` tells but the memory: in a process of its own."""
    published = published_by_repository(open_repository(ROOT)).without_data()
    statements = list(statements_of(path.read_bytes(), "trig"))
    data = [*surroundings(statements, published), *published.beside, *statements]
    graphs = [graph_of("".join(f"{s} {p} {o} .\n" for s, p, o, _ in rows)) for rows in (data, published.shapes)]
    started = time.process_time()
    _, report, _ = pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none", advanced=False)
    seconds = time.process_time() - started
    slow = {(row[0], row[2], row[3], row[4]) for row in rows_of(report, graphs[1])}
    fast = {(one.focus, one.value, one.shape, one.component) for one in compiled(data, published.shapes)}
    return {"seconds": seconds, "same": slow == fast, "results": len(slow)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=float, default=[1e3, 1e4, 1e5], help="entities")
    parser.add_argument("--limit", type=float, default=1e5, help="pySHACL runs up to here")
    parser.add_argument("--reference", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reference:
        print(json.dumps(reference(options.reference)))
        return 0
    print("| entities | data | validate, all | memory | pySHACL alone | memory | times faster | same results |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for size in map(int, options.sizes):
        for faulty in (False, True):
            print(row(size, faulty=faulty, with_theirs=size <= options.limit), flush=True)
    return 0


def row(size: int, *, faulty: bool, with_theirs: bool) -> str:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.trig"
        write(path, size, faulty=faulty)
        seconds, peak, report = ours(path)
        slow = theirs(path) if with_theirs else None
    kind = f"{sum(report['codes'].values())} findings" if report["codes"] else "conforms"
    beside = "- | - | - | -"
    if slow:
        times, same = slow["seconds"] / seconds, "yes" if slow["same"] else "NO"
        beside = f"{slow['seconds']:.1f} s | {slow['peak']:.0f} MiB | {times:.0f} | {same}"
    return f"| {size} | {kind} | {seconds:.2f} s | {peak:.0f} MiB | {beside} |"


if __name__ == "__main__":
    sys.exit(main())
