"""pySHACL, the reference: its reports on graphs, and what it says of shapes. The only module that knows pySHACL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.names import SH

ASSETS = Path(pyshacl.__file__).parent / "assets"


def report_on(data: Graph, shapes: Graph) -> Graph:
    """pySHACL's report; ValueError where it gives up on a value (it compares no blank nodes)."""
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, allow_warnings=True)
    except ReportableRuntimeError as error:
        raise ValueError(str(error)) from error
    if not isinstance(report, Graph):
        raise RuntimeError(f"pySHACL answered {report!r}")
    return report


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


def judge(data: str, shapes: str) -> Iterator[tuple[str, str, str, str, str, str]]:
    """pySHACL's results on N-Triples texts: focus node, path, value, nearest named shape, component and severity.

    Terms are N-Triples; paths are SPARQL's where they are one property or its inverse, else "".
    """
    graphs = [Graph().parse(data=text, format="nt") for text in (data, shapes)]
    report = report_on(*graphs)
    for result in report.subjects(RDF.type, URIRef(SH + "ValidationResult")):
        names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape", "resultPath")
        focus, value, component, severity, shape, path = (report.value(result, URIRef(SH + name)) for name in names)
        named = named_shape(graphs[1], shape)
        plain = path_of(report, path)
        yield (
            focus.n3() if focus is not None else "",
            plain.replace("^", "^<", 1) + ">" if plain[:1] == "^" else f"<{plain}>" if plain else "",
            value.n3() if value is not None else "",
            f"<{named}>" if named else "",
            str(component).rpartition("#")[2],
            str(severity).rpartition("#")[2],
        )


def malformed(shapes: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the form of shapes (N-Triples), by SHACL's own shapes for shapes: shape, path, message."""
    rules = Graph().parse(ASSETS / "shacl-shacl.ttl")
    report = report_on(Graph().parse(data=shapes, format="nt"), rules)
    for result in report.subjects(RDF.type, URIRef(SH + "ValidationResult")):
        focus, path = (report.value(result, URIRef(SH + name)) for name in ("focusNode", "resultPath"))
        yield focus.n3() if focus is not None else "", path_of(report, path), message_of(report, result, "en")


def shacl_terms() -> frozenset[str]:
    """The IRIs of all terms that SHACL declares."""
    graph = Graph().parse(ASSETS / "shacl.ttl")
    return frozenset(str(node) for node in graph.subjects() if str(node).startswith(SH))
