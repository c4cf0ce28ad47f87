"""Measures ``citydiplomacy validate`` (reading, all checks, report) beside plain pySHACL (validation alone).

    python bench/validation.py                          10^3 and 10^4 entities, without and with findings
    python bench/validation.py --sizes 1e5 --limit 1e5  at 10^5 entities; pySHACL takes its time there

The data is made here: documents with passages, cities, memberships and findings that conform; with ``faulty`` one
entity in a hundred breaks a shape. Both get the same triples and the repository's own shapes; the sets of SHACL results
are compared wherever both have run. Times are CPU seconds, which a busy machine changes less. Read ratios.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from citydiplomacy.repository import open_repository
from citydiplomacy.store import statements_of
from citydiplomacy.submission.engine import run
from citydiplomacy.submission.published import Published, published_by_repository
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


def ours(path: Path) -> tuple[float, float, dict[str, object]]:
    """CPU seconds, MiB at most, and report of the whole command, the process it judges in included."""
    command = [sys.executable, "-m", "citydiplomacy.cli", "validate", str(path), "--format", "json", "--alone"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss / 1024, json.loads(done.stdout)


def theirs(path: Path, published: Published) -> tuple[float, bool]:
    """CPU seconds of pySHACL's validation alone, and whether its results are the compiled engine's."""
    statements = list(statements_of(path.read_bytes(), "trig"))
    data = [*surroundings(statements, published), *published.beside, *statements]
    started = time.process_time()
    slow, _ = run(data, published.shapes, reference=True)
    seconds = time.process_time() - started
    fast, _ = run(data, published.shapes)
    pairs = [{(one.focus, one.value, one.shape, one.component) for one in found} for found in (slow, fast)]
    return seconds, pairs[0] == pairs[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", nargs="+", type=lambda text: int(float(text)), default=[1000, 10_000], help="entities"
    )
    parser.add_argument("--limit", type=lambda text: int(float(text)), default=10_000, help="pySHACL runs up to here")
    options = parser.parse_args()
    published = published_by_repository(open_repository(ROOT)).without_data()
    print("| entities | data | validate, all of it | its memory | pySHACL alone | times faster | same results |")
    print("|---|---|---|---|---|---|---|")
    for size in options.sizes:
        for faulty in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "data.trig"
                write(path, size, faulty=faulty)
                seconds, peak, report = ours(path)
                slow, same = theirs(path, published) if size <= options.limit else (0.0, False)
            kind = f"{sum(report['codes'].values())} findings" if report["codes"] else "conforms"  # type: ignore[attr-defined]
            ratio = f"{slow:.1f} s | {slow / seconds:.0f} | {'yes' if same else 'NO'}" if slow else "- | - | -"
            print(f"| {size} | {kind} | {seconds:.2f} s | {peak:.0f} MiB | {ratio} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
