"""SHACL with a compiled engine, and with pySHACL where a shape asks what the engine does not know.

The only module that knows the package ``shacl``. That both give the same verdicts is tested with data made at random
(tests/submission/test_engines.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import shacl

from citydiplomacy.errors import BadParameter
from citydiplomacy.submission.terms import Statement

FAST, REFERENCE = "shacl", "pySHACL"
IRI = re.compile(r"<([^>]*)>")


@dataclass(frozen=True)
class Result:
    """One result of a shape: terms in N-Triples syntax, "" for what there is not; the path in SPARQL's syntax."""

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str


@lru_cache(maxsize=2)
def _compiled(shapes: tuple[Statement, ...]) -> shacl.Shapes:
    return shacl.Shapes.from_text(_text(shapes), "ntriples")


def run(
    data: Iterable[Statement], shapes: tuple[Statement, ...], *, reference: bool = False
) -> tuple[list[Result], str]:
    """All results, and which engine found them. BadParameter where no engine takes the shapes."""
    if not reference:
        try:
            report = _compiled(shapes).validate_text(_text(data), "ntriples")
            return [_result(one) for one in report.results], FAST
        except ValueError as error:
            reason = str(error)
            if "regex" not in reason and "look" not in reason and "not supported" not in reason:
                raise BadParameter(f"The shapes can not be used: {reason}") from error
    from citydiplomacy.reference import judge  # noqa: PLC0415 (the reference is seldom needed and slow to import)

    return [Result(*one) for one in judge(_text(data), _text(shapes))], REFERENCE


def version() -> str:
    """The engine's name and version, for reports."""
    return f"{FAST} {shacl.__version__}"


def first_iri(path: str) -> str:
    """The first property of a path, as a term; "" where there is none."""
    match = IRI.search(path)
    return match[0] if match else ""


def _result(one: shacl.Result) -> Result:
    shape = next((x for x in (one.source_shape, one.root_shape) if x and x[0] == "<"), one.root_shape or "")
    return Result(one.focus_node, one.path or "", one.value or "", shape, one.component, one.severity)


def _text(statements: Iterable[Statement]) -> str:
    return "".join({f"{subject} {predicate} {value} .\n" for subject, predicate, value, _ in statements})
