"""Runs the W3C SPARQL test suites against our server, over HTTP. README.md says where to get them."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

import protocol
import rdflib
from evaluation import Evaluator, Outcome
from manifests import Suite, Test
from serving import Client, quads_of, running, write_release

COLUMNS = ("passed", "engine fails", "only HTTP fails", "skipped")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path, help="the folder that holds sparql10 and sparql11")
    parser.add_argument("--only", default="", metavar="TEXT", help="tests whose suite or name has this")
    options = parser.parse_args()
    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    suite = Suite(options.suite)
    suite.add_neighbours()
    tests = [test for test in suite.tests if options.only in f"{test.suite}/{test.name}"]
    quads = {iri: quads_of(iri, path) for iri, path in suite.graphs.items()}
    with tempfile.TemporaryDirectory() as name:
        write_release(Path(name), [quad for one in quads.values() for quad in one])
        with running(Path(name)) as client:
            evaluator = Evaluator(suite, client, quads)
            results = [(test, _run(test, evaluator, client)) for test in tests]
    _report(results)
    return int(any(column == "only HTTP fails" for _, (column, _) in results))


def _run(test: Test, evaluator: Evaluator, client: Client) -> tuple[str, str]:
    """The column a test belongs to, and why."""
    if test.skipped:
        return "skipped", test.skipped
    if test.kind in ("ProtocolTest", "ServiceDescriptionTest"):
        outcome = Outcome(engine=True, problem=protocol.run(test, client))
    else:
        outcome = evaluator.run(test)
    if not outcome.problem:
        return "passed", "" if outcome.engine else "though the engine by itself fails"
    return ("only HTTP fails" if outcome.engine else "engine fails"), outcome.problem


def _report(results: list[tuple[Test, tuple[str, str]]]) -> None:
    counts: dict[str, Counter[str]] = {}
    for test, (column, _) in results:
        counts.setdefault(test.suite, Counter())[column] += 1
    counts["all"] = sum(counts.values(), Counter())
    print("| suite | " + " | ".join(COLUMNS) + " |")
    print("|---|" + "---|" * len(COLUMNS))
    for suite, counter in counts.items():
        print(f"| {suite} | " + " | ".join(str(counter[column]) for column in COLUMNS) + " |")
    reasons = Counter(reason for _, (column, reason) in results if column == "skipped")
    print("\nskipped: " + "; ".join(f"{reason} {count}" for reason, count in reasons.most_common()))
    for test, (column, reason) in results:
        if column != "skipped" and reason:
            print(f"{column}: {test.suite}/{test.name}: {reason}")


if __name__ == "__main__":
    sys.exit(main())
