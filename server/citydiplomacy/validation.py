"""SHACL: whether data meets the shapes. The only module that knows pySHACL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyshacl
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.findings import Finding, Severity
from citydiplomacy.names import SH, Names
from citydiplomacy.reading import LocatedQuad, read

SEVERITIES = {
    URIRef(SH + "Violation"): Severity.VIOLATION,
    URIRef(SH + "Warning"): Severity.WARNING,
    URIRef(SH + "Info"): Severity.INFO,
}


def read_shapes(paths: Iterable[Path], root: Path) -> tuple[Graph, list[Finding]]:
    """The shapes graph of some files, and what could not be read of them."""
    graph, findings = Graph(), []
    for path in paths:
        quads, wrong = read(path, path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path))
        findings += wrong
        for quad in quads:
            graph.add((quad.subject, quad.predicate, quad.object))
    return graph, findings


def validate(content: Content, shapes: Graph, language: str = "en") -> list[Finding]:
    """What of the data breaks a shape, each finding at the line of the value (or of the thing) it is about.

    The data graph is the merge of the data, with the ontology's class tree beside it so that ``sh:class`` and class
    targets see subclasses. Messages are in ``language`` where the shape has one in it.
    """
    data = Graph()
    for quad in content.data:
        data.add((quad.subject, quad.predicate, quad.object))
    axioms = Graph()
    for quad in content.ontology:
        axioms.add((quad.subject, quad.predicate, quad.object))
    _, report, _ = pyshacl.validate(
        data + axioms, shacl_graph=shapes, inference="none", advanced=False, allow_warnings=True
    )
    if not isinstance(report, Graph):
        raise TypeError(f"pySHACL answered {report!r}")
    reader = _Reader(report, shapes, content.names, language, _index(content.data))
    results = report.subjects(RDF.type, URIRef(SH + "ValidationResult"))
    return sorted({reader.finding(result) for result in results})


def _index(quads: Iterable[LocatedQuad]) -> dict[tuple[Node, Node | None, Node | None], LocatedQuad]:
    """Where a value, a property of a thing, or a thing is first stated."""
    lines: dict[tuple[Node, Node | None, Node | None], LocatedQuad] = {}
    for quad in quads:
        for key in (
            (quad.subject, quad.predicate, quad.object),
            (quad.subject, quad.predicate, None),
            (quad.subject, None, None),
        ):
            lines.setdefault(key, quad)
    return lines


@dataclass(frozen=True)
class _Reader:
    """Turns a report's results into findings."""

    report: Graph
    shapes: Graph
    names: Names
    language: str
    lines: dict[tuple[Node, Node | None, Node | None], LocatedQuad]

    def finding(self, result: Node) -> Finding:
        focus, path, offending = (self._value(result, name) for name in ("focusNode", "resultPath", "value"))
        severity = self._value(result, "resultSeverity")
        place = self._place(focus, path, offending)
        return Finding(
            file=place.file if place else "data",
            line=place.line if place else 0,
            code=_code(self.shapes, self._value(result, "sourceShape"), self.names),
            message=f"{self.names.shorten(str(focus))}: {_message(self.report, result, self.language)}",
            severity=next((name for iri, name in SEVERITIES.items() if iri == severity), Severity.VIOLATION),
            focus_node=str(focus),
            path=str(path or ""),
            value="" if offending is None else str(offending),
        )

    def _value(self, result: Node, name: str) -> Node | None:
        return self.report.value(result, URIRef(SH + name))

    def _place(self, focus: Node | None, path: Node | None, value: Node | None) -> LocatedQuad | None:
        """Where the value stands, or its property, or at least the thing."""
        if focus is None:
            return None
        keys = ((focus, path, value), (focus, path, None), (focus, None, None))
        return next((self.lines[key] for key in keys if key in self.lines), None)


def _code(shapes: Graph, shape: Node | None, names: Names) -> str:
    """The number of the requirement: the last part of the shape's IRI."""
    if isinstance(shape, URIRef):
        return shape.replace("#", "/").rpartition("/")[2]
    owners = list(shapes.subjects(URIRef(SH + "property"), shape)) if shape is not None else []
    return names.shorten(str(owners[0])).rpartition(":")[2] if owners else "shacl"


def _message(report: Graph, result: Node, language: str) -> str:
    messages = [m for m in report.objects(result, URIRef(SH + "resultMessage")) if isinstance(m, Literal)]
    wanted = [str(m) for m in messages if m.language == language] or [str(m) for m in messages]
    return min(wanted) if wanted else "does not meet its shape."
