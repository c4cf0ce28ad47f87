"""pySHACL, the reference: its reports on graphs, and what it says of shapes. The only module that knows pySHACL."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.ntriples import NTGraphSink, W3CNTriplesParser
from rdflib.term import Node

from citydiplomacy.names import SH

ASSETS = Path(pyshacl.__file__).parent / "assets"
BLANK = re.compile(r"_:(\S+)")
COMPARISONS = {URIRef(SH + "lessThan"), URIRef(SH + "lessThanOrEquals")}
COMPARERS = {URIRef(f"{SH}{name}ConstraintComponent") for name in ("LessThan", "LessThanOrEquals")}
NUMBERS = {int, float, Decimal}
Triple = tuple[Node, Node, Node]
Row = tuple[str, str, str, str, str, str]


def version() -> str:
    """The reference's name and version, for reports."""
    return f"pySHACL {pyshacl.__version__}"


def report_on(data: Iterable[Triple], shapes: Graph) -> Graph:
    """pySHACL's report, mended where SHACL wants another: values that can not be compared are results.

    It gives up where it meets a blank node that is to be compared. Then the comparisons run by themselves, without it.
    """
    graph = Graph()
    for subject, predicate, value in data:
        graph.add((subject, predicate, _comparable(value)))
    try:
        return _report(graph, shapes)
    except ReportableRuntimeError:
        rest, compared = Graph(), _compared(shapes)
        for triple in graph:
            if triple[1] not in compared or not isinstance(triple[2], BNode):
                rest.add(triple)
    return _report(graph, _without_comparisons(shapes)) + _comparisons(_report(rest, shapes))


def _report(data: Graph, shapes: Graph) -> Graph:
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, allow_warnings=True)
    if not isinstance(report, Graph):
        raise RuntimeError(f"pySHACL answered {report!r}")
    return report


def _without_comparisons(shapes: Graph) -> Graph:
    rest = Graph()
    for triple in shapes:
        if triple[1] not in COMPARISONS:
            rest.add(triple)
    return rest


def _comparisons(report: Graph) -> Graph:
    """The results that are of comparisons."""
    found = Graph()
    for statement in report.triples((None, URIRef(SH + "result"), None)):
        if report.value(statement[2], URIRef(SH + "sourceConstraintComponent")) in COMPARERS:
            found.add(statement)
            found += report.cbd(statement[2])
    return found


def _compared(shapes: Graph) -> set[Node]:
    """The properties whose values some shape compares with those of another."""
    pairs = [pair for comparison in COMPARISONS for pair in shapes.subject_objects(comparison)]
    return {path for shape, other in pairs for path in (other, *shapes.objects(shape, URIRef(SH + "path")))}


class _Comparable(Literal):
    """A literal that is neither less than nor equal to what it can not be compared with.

    SHACL (4.3, 4.5.3) wants a result there; rdflib raises, or orders by datatype, which pySHACL takes for an answer.
    """

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        return _ordered(self, other, operator.lt)

    def __le__(self, other: object) -> bool:
        return _ordered(self, other, operator.le)

    def eq(self, other: object) -> bool:
        if not _ordered(self, other, lambda one, two: one <= two or one > two):
            raise TypeError("not comparable")
        return bool(super().eq(other))


def _comparable(value: Node) -> Node:
    if isinstance(value, Literal) and not value.language:
        return _Comparable(str(value), datatype=value.datatype, normalize=False)
    return value


def _ordered(one: Literal, other: object, holds: Callable[[Any, Any], bool]) -> bool:
    if not isinstance(other, Literal) or one.value is None or other.value is None:
        return False
    value, limit = one.value, other.value
    both_numbers = all(type(number) in NUMBERS for number in (value, limit))
    if not both_numbers and (one.datatype or XSD.string) != (other.datatype or XSD.string):
        return False
    try:
        return bool(holds(value, limit))
    except (TypeError, ArithmeticError):
        return False


def named_shape(shapes: Graph, shape: Node | None) -> str:
    """The IRI of a shape, or of the nearest named shape around it; "" where there is none."""
    seen: set[Node] = set()
    around = [shape] if shape is not None else []
    while around:
        node = around.pop()
        if isinstance(node, URIRef):
            return str(node)
        if node not in seen:
            seen.add(node)
            around += sorted(shapes.subjects(None, node), key=str, reverse=True)
    return ""


def path_of(report: Graph, path: Node | None) -> str:
    """A property's IRI, with a ^ before it where the path runs against its direction; other paths have no name."""
    inverse = report.value(path, URIRef(SH + "inversePath")) if isinstance(path, BNode) else None
    if isinstance(inverse, URIRef):
        return f"^{inverse}"
    return str(path) if isinstance(path, URIRef) else ""


def message_of(report: Graph, result: Node, language: str) -> str:
    messages = [m for m in report.objects(result, URIRef(SH + "resultMessage")) if isinstance(m, Literal)]
    wanted = [str(m) for m in messages if m.language == language] or [str(m) for m in messages]
    return min(wanted) if wanted else "does not meet its shape."


def judge(data: str, shapes: str) -> Iterator[Row]:
    """pySHACL's results on N-Triples texts. ValueError where it refuses to judge."""
    graphs = [graph_of(text) for text in (data, shapes)]
    try:
        return rows_of(report_on(*graphs), graphs[1])
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # what it is given is not ours, and it raises what its parsers do
        raise ValueError(f"{error}") from error


def graph_of(text: str) -> Graph:
    """The graph of an N-Triples text: literals as written, booleans as SHACL takes them, blank nodes by name."""
    graph = Graph()
    blanks = {label: BNode(label) for label in BLANK.findall(text)}
    rdflib_bool_patch()  # type: ignore[no-untyped-call]
    try:
        W3CNTriplesParser(NTGraphSink(graph), bnode_context=blanks).parsestring(text)
        return graph
    finally:
        rdflib_bool_unpatch()  # type: ignore[no-untyped-call]


def results_of(report: Graph) -> Iterator[Node]:
    """The results of a report, without those that only explain another (``sh:detail``)."""
    return report.objects(None, URIRef(SH + "result"))


def rows_of(report: Graph, shapes: Graph) -> Iterator[Row]:
    """The results of a report: focus node, path, value, nearest named shape, component and severity.

    Terms are N-Triples; of SHACL's own components and severities only the local name; paths are SPARQL's where they are
    one property or its inverse, else "".
    """
    for result in results_of(report):
        names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape", "resultPath")
        focus, value, component, severity, shape, path = (report.value(result, URIRef(SH + name)) for name in names)
        named, plain = named_shape(shapes, shape), path_of(report, path)
        yield (
            focus.n3() if focus is not None else "",
            plain.replace("^", "^<", 1) + ">" if plain[:1] == "^" else f"<{plain}>" if plain else "",
            value.n3() if value is not None else "",
            f"<{named}>" if named else "",
            str(component).removeprefix(SH),
            str(severity).removeprefix(SH),
        )


def malformed(shapes: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the form of shapes (N-Triples), by SHACL's own shapes for shapes: shape, path, message."""
    rules = Graph().parse(ASSETS / "shacl-shacl.ttl")
    report = report_on(graph_of(shapes), rules)
    for result in results_of(report):
        focus, path = (report.value(result, URIRef(SH + name)) for name in ("focusNode", "resultPath"))
        yield focus.n3() if focus is not None else "", path_of(report, path), message_of(report, result, "en")


def shacl_terms() -> frozenset[str]:
    """The IRIs of all terms that SHACL declares."""
    graph = Graph().parse(ASSETS / "shacl.ttl")
    return frozenset(str(node) for node in graph.subjects() if str(node).startswith(SH))
