"""SHACL: whether the content meets the shapes, and at which line it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, BNode, Graph, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.findings import Finding, Severity
from citydiplomacy.names import SH, Names
from citydiplomacy.reading import LocatedQuad, read
from citydiplomacy.reference import message_of, named_shape, path_of, report_on, results_of

SEVERITIES = {
    URIRef(SH + "Violation"): Severity.VIOLATION,
    URIRef(SH + "Warning"): Severity.WARNING,
    URIRef(SH + "Info"): Severity.INFO,
}
Index = dict[tuple[Node | None, Node | None, Node | None], LocatedQuad]
SUBJECTS_OF = URIRef(SH + "targetSubjectsOf")


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

    The data graph is the merge of the data, with the class tree and the concepts of the ontology beside it, so that
    ``sh:class`` and class targets see subclasses and know the concepts. Messages are in ``language`` where the shape
    has one in it.
    """
    quads = [*content.data, *_beside(content)]
    report = report_on(((quad.subject, quad.predicate, quad.object) for quad in quads), shapes)
    reader = _Reader(report, shapes, content.names, language, _index(quads))
    return sorted({reader.finding(result) for result in results_of(report)})


def _beside(content: Content) -> Iterator[LocatedQuad]:
    """What of the ontology the shapes need; the axioms would be checked as if they were data, and cost seven times."""
    for quad in content.ontology:
        if quad.predicate == RDFS.subClassOf or str(quad.subject).startswith(content.names.things):
            yield quad


def _index(quads: Iterable[LocatedQuad]) -> Index:
    """Where a value, a property of a thing, or a thing is first stated, and where a thing is first named as a value."""
    lines: Index = {}
    for quad in quads:
        for key in (
            (quad.subject, quad.predicate, quad.object),
            (quad.subject, quad.predicate, None),
            (quad.subject, None, None),
            (None, None, quad.object),
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
    lines: Index

    def finding(self, result: Node) -> Finding:
        focus, path, offending = (self._value(result, name) for name in ("focusNode", "resultPath", "value"))
        severity = self._value(result, "resultSeverity")
        shape = self._value(result, "sourceShape")
        place = self._place(focus, path, offending) if path else self._place_of_thing(focus, shape)
        return Finding(
            file=place.file if place else "data",
            line=place.line if place else 0,
            code=_code(self.shapes, shape),
            message=f"{self.names.shorten(str(focus))}: {message_of(self.report, result, self.language)}",
            severity=next((name for iri, name in SEVERITIES.items() if iri == severity), Severity.VIOLATION),
            focus_node=str(focus),
            path=path_of(self.report, path),
            value="" if offending is None else str(offending),
        )

    def _value(self, result: Node, name: str) -> Node | None:
        return self.report.value(result, URIRef(SH + name))

    def _place(self, focus: Node | None, path: Node | None, value: Node | None) -> LocatedQuad | None:
        """Where the value stands, or its property, or at least the thing."""
        keys = ((focus, path, value), (focus, path, None), (focus, None, None), (None, None, focus))
        return next((self.lines[key] for key in keys if key in self.lines), None)

    def _place_of_thing(self, focus: Node | None, shape: Node | None) -> LocatedQuad | None:
        """Where a thing that breaks a shape as a whole has a value of what the shape looks at, or where it is named."""
        asked = {*_paths(self.shapes, shape), *self.shapes.objects(shape, SUBJECTS_OF)}
        found = [self.lines[focus, path, None] for path in asked if (focus, path, None) in self.lines]
        return min(found, key=lambda quad: (quad.file, quad.line), default=self._place(focus, None, None))


def _paths(shapes: Graph, shape: Node | None) -> Iterator[Node]:
    """The properties that a shape and the unnamed shapes in it look at."""
    inside = [shape] if shape is not None else []
    while inside:
        node = inside.pop()
        yield from shapes.objects(node, URIRef(SH + "path"))
        inside += [value for value in shapes.objects(node) if isinstance(value, BNode)]


def _code(shapes: Graph, shape: Node | None) -> str:
    """The number of the requirement: the last part of the IRI of the shape, or of the nearest named one around it."""
    return named_shape(shapes, shape).replace("#", "/").rpartition("/")[2] or "shacl"
