"""Runs the SHACL suites of the W3C and of DASH on both engines. ../README.md says where to get them."""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import rdflib
from suites import Row, Test, dash, w3c

from citydiplomacy.shapes_engine import Result, compiled, run, trusted
from citydiplomacy.store import statements_of
from citydiplomacy.submission.terms import Statement

Rows = list[Row] | None
"""The results; None where an engine refuses to judge."""
WAYS: dict[str, Callable[[list[Statement], tuple[Statement, ...]], list[Result]]] = {
    "as used": lambda data, shapes: run(data, shapes)[0],
    "compiled engine": compiled,
    "pySHACL": lambda data, shapes: run(data, shapes, reference=True)[0],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--w3c", type=Path, metavar="DIR", help="data-shapes-test-suite/tests")
    parser.add_argument("--dash", type=Path, metavar="DIR", help="src/test/resources/sh/tests")
    options = parser.parse_args()
    rdflib.NORMALIZE_LITERALS = False
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asked = [("W3C", options.w3c, w3c), ("DASH", options.dash, dash)]
    suites = [(name, list(read(folder.resolve()))) for name, folder, read in asked if folder]
    verdicts = [_suite(name, tests) for name, tests in suites]
    return int(not all(verdicts))


def _suite(name: str, tests: list[Test]) -> bool:
    """Runs a suite. Whether each verdict for which the compiled engine is trusted is the suite's."""
    judged = [test for test in tests if not test.skipped]
    passed, lines, sound = dict.fromkeys(WAYS, 0), [], True
    for test in judged:
        shapes = _statements(test.shapes)
        for way, judge in WAYS.items():
            found = _judged(test, shapes, judge)
            right = _equal(found, test.expected)
            passed[way] += right
            if not right:
                lines.append(f"{way}: {test.name}: {_told(found, test.expected)}")
                sound &= way != "as used" or not trusted(shapes)
    print(f"{name}: {len(judged)} tests; {len(tests) - len(judged)} more are of SHACL's advanced features")
    print("\n".join([*(f"  {way}: {count} pass" for way, count in passed.items()), *lines]))
    return sound


def _judged(
    test: Test, shapes: tuple[Statement, ...], judge: Callable[[list[Statement], tuple[Statement, ...]], list[Result]]
) -> Rows:
    try:
        return sorted(map(_row, judge(list(_statements(test.data)), shapes)))
    except Exception:  # noqa: BLE001 (in whatever way an engine refuses)
        return None


def _statements(graph: rdflib.Graph) -> tuple[Statement, ...]:
    return tuple(statements_of(graph.serialize(format="nt", encoding="utf-8"), "ntriples"))


def _row(one: Result) -> Row:
    focus, value = ("_:" if term[:1] == "_" else term for term in (one.focus, one.value))
    return focus, one.path, value, one.shape, one.component, one.severity


def _equal(found: Rows, expected: Rows) -> bool:
    """Whether results are the expected ones, in paths and shapes as far as these are named."""
    if found is None or expected is None:
        return found is expected
    left = list(found)
    for row in expected:
        fits = (one for one in left if all(wanted in ("*", has) for has, wanted in zip(one, row, strict=True)))
        match = next(fits, None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _told(found: Rows, expected: Rows) -> str:
    if found is None or expected is None:
        return "refuses to judge" if found is None else "judges what is to be refused"
    return f"expected {expected}, found {found}"


if __name__ == "__main__":
    sys.exit(main())
