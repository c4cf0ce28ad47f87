"""SHACL with a compiled engine where its verdicts are proved to be pySHACL's, and with pySHACL for the rest.

The only module that knows the package ``shacl``. Proved is SHACL Core, by shapes and data made at random
(tests/submission/test_engines.py) and by the suites of the W3C and of DASH (tests/conformance/shacl), but for
``sh:closed`` in property shapes (the engine checks the wrong node), shapes that are an ``owl:Class`` (pySHACL aims them
at its members, the engine only those that are an ``rdfs:Class``), and patterns that its library does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import shacl

from citydiplomacy.errors import BadParameter
from citydiplomacy.names import OWL, RDF, SH, XSD
from citydiplomacy.nquads import iri

Statement = tuple[str, str, str, str]
"""Subject, predicate, object and graph, each in N-Triples syntax; the graph is not looked at."""

FAST, REFERENCE = "shacl", "pySHACL"
MOST = 20_000  # results that are looked for: each takes 20 KB, and nobody mends more before asking again
IRI = re.compile(r"<([^>]*)>")
BEYOND_CORE = {iri(SH + name) for name in ("sparql", "target", "validator", "nodeValidator", "propertyValidator")}
CLOSED, PATH, CLASS = iri(SH + "closed"), iri(SH + "path"), iri(OWL + "Class")
TYPE, TRUE = iri(RDF + "type"), f'"true"^^<{XSD}boolean>'


@dataclass(frozen=True)
class Result:
    """One result of a shape: terms in N-Triples syntax, "" for what there is not; the path in SPARQL's syntax."""

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    messages: tuple[str, ...] = field(default=(), compare=False)  # of the compiled engine's results only


@lru_cache(maxsize=2)
def _compiled(shapes: tuple[Statement, ...]) -> shacl.Shapes:
    return shacl.Shapes.from_text(_text(shapes), "ntriples")


def run(
    data: Iterable[Statement], shapes: tuple[Statement, ...], *, reference: bool = False
) -> tuple[list[Result], str]:
    """The results, and which engine found them. BadParameter where no engine takes the shapes."""
    if not reference and trusted(shapes):
        try:
            return compiled(data, shapes), FAST
        except ValueError as error:
            reason = str(error)
            if "regex" not in reason and "look" not in reason and "not supported" not in reason:
                raise BadParameter(f"The shapes can not be used: {reason}") from error
    from citydiplomacy.reference import judge  # noqa: PLC0415 (the reference is seldom needed and slow to import)

    try:
        return [Result(*one) for one in judge(_text(data), _text(shapes))], REFERENCE
    except ValueError as error:
        raise BadParameter(f"The shapes can not be used: {error}") from error


def compiled(data: Iterable[Statement], shapes: tuple[Statement, ...]) -> list[Result]:
    """The results of the compiled engine, ``MOST`` at most. ValueError where it does not take the shapes."""
    return [_result(one) for one in _compiled(shapes).validate_text(_text(data), "ntriples", max_results=MOST).results]


@lru_cache(maxsize=2)
def trusted(shapes: tuple[Statement, ...]) -> bool:
    """Whether shapes say only what both engines take alike."""
    closed = {subject for subject, predicate, value, _ in shapes if predicate == CLOSED and value == TRUE}
    classes = any(predicate == TYPE and value == CLASS for _, predicate, value, _ in shapes)
    return not classes and not any(p in BEYOND_CORE or (p == PATH and s in closed) for s, p, _, _ in shapes)


def version() -> str:
    """The engine's name and version, for reports."""
    return f"{FAST} {shacl.__version__}"


def first_iri(path: str) -> str:
    """The first property of a path, as a term; "" where there is none."""
    match = IRI.search(path)
    return match[0] if match else ""


def _result(one: shacl.Result) -> Result:
    shape = next((x for x in (one.source_shape, one.root_shape) if x and x[0] == "<"), one.root_shape or "")
    kind = (one.component_iri.removeprefix(SH), one.severity_iri.removeprefix(SH))
    return Result(one.focus_node, one.path or "", one.value or "", shape, *kind, messages=tuple(one.messages))


def _text(statements: Iterable[Statement]) -> str:
    return "".join([f"{subject} {predicate} {value} .\n" for subject, predicate, value, _ in statements])
