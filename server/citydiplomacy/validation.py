"""SHACL: whether the content meets the shapes, and at which line it does not.

Judged by pySHACL, the reference, or by the compiled engine; a finding of one is the same as the other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.findings import Finding, Severity
from citydiplomacy.labelling import Triple
from citydiplomacy.names import SH, Names
from citydiplomacy.nquads import literal_of
from citydiplomacy.reading import LocatedQuad, read, term_of
from citydiplomacy.reference import message_of, named_shape, path_of, report_on, results_of
from citydiplomacy.shapes_engine import MOST, Result, Statement, compiled, trusted

SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}
Index = dict[tuple[Node | None, Node | None, Node | None], LocatedQuad]
SUBJECTS_OF, MESSAGE = URIRef(SH + "targetSubjectsOf"), URIRef(SH + "message")


@dataclass(frozen=True)
class Broken:
    """A result of either engine. ``path`` is any blank node where it is not one property; ``property`` names it."""

    focus: Node | None
    path: Node | None
    property: str
    value: Node | None
    shape: Node | None
    severity: str
    message: str


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
    """What of the data breaks a shape, by pySHACL, each finding at the line of the value (or of the thing) it is about.

    The data graph is the merge of the data, with the class tree and the concepts of the ontology beside it, so that
    ``sh:class`` and class targets see subclasses and know the concepts. Messages are in ``language`` where the shape
    has one in it.
    """
    quads = _judged(content)
    report = report_on(map(_triple, quads), shapes)
    broken = [_reported(report, result, language) for result in results_of(report)]
    return _findings(broken, quads, shapes, content.names)


def validate_fast(content: Content, shapes: Graph, language: str = "en") -> list[Finding] | None:
    """The same by the compiled engine, which takes some fiftieth of the time.

    None where it might not say the same: shapes beyond what is proved, more results than it tells, blank nodes in them
    (it renames those), and shapes without a name (it does not say which) or a message.
    """
    quads, rules = _judged(content), tuple(map(_statement, shapes))
    words = [one for one in shapes.objects(None, MESSAGE) if isinstance(one, Literal)]
    try:
        results = compiled((_statement(_triple(quad)) for quad in quads), rules) if trusted(rules) else None
    except ValueError:
        return None
    known = set(map(str, words))
    if results is None or len(results) >= MOST or any(_is_beyond(one, known) for one in results):
        return None
    wanted = {str(one) for one in words if one.language == language}
    return _findings([_told(one, wanted) for one in results], quads, shapes, content.names)


def _judged(content: Content) -> list[LocatedQuad]:
    """The data, and what of the ontology the shapes need; the axioms would be checked as if they were data, and cost
    seven times.
    """
    things = content.names.things
    beside = (q for q in content.ontology if q.predicate == RDFS.subClassOf or str(q.subject).startswith(things))
    return [*content.data, *beside]


def _triple(quad: LocatedQuad) -> Triple:
    return quad.subject, quad.predicate, quad.object


def _statement(triple: Iterable[Node]) -> Statement:
    subject, predicate, value = map(term_of, triple)
    return subject, predicate, value, ""


def _reported(report: Graph, result: Node, language: str) -> Broken:
    """A result of pySHACL's report."""
    names = ("focusNode", "resultPath", "value", "sourceShape", "resultSeverity")
    focus, path, value, shape, severity = (report.value(result, URIRef(SH + name)) for name in names)
    message = message_of(report, result, language)
    return Broken(focus, path, path_of(report, path), value, shape, str(severity).removeprefix(SH), message)


def _told(result: Result, wanted: set[str]) -> Broken:
    """A result of the compiled engine; its message is a ``wanted`` one where there is one."""
    name = result.path.replace("<", "").replace(">", "") if result.path.count("<") == 1 else ""
    path = BNode() if result.path[:1] != "<" or not name else URIRef(name)
    message = min([one for one in result.messages if one in wanted] or result.messages)
    terms = (_node(term) if term else None for term in (result.focus, result.value, result.shape))
    focus, value, shape = terms
    return Broken(focus, path if result.path else None, name, value, shape, result.severity, message)


def _node(term: str) -> Node:
    parts = literal_of(term)
    if parts is None:
        return URIRef(term[1:-1])
    datatype = None if parts.language else URIRef(parts.datatype)
    return Literal(parts.text, lang=parts.language or None, datatype=datatype, normalize=False)


def _is_beyond(result: Result, known: set[str]) -> bool:
    nameless = not result.shape or "_:" in (result.focus[:2], result.value[:2], result.shape[:2])
    return nameless or not result.messages or not known.issuperset(result.messages)


def _findings(broken: list[Broken], quads: list[LocatedQuad], shapes: Graph, names: Names) -> list[Finding]:
    things = {one.focus for one in broken}
    reader = _Reader(shapes, names, _index(q for q in quads if q.subject in things or q.object in things))
    return sorted({reader.finding(one) for one in broken})


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
    """Turns results into findings."""

    shapes: Graph
    names: Names
    lines: Index

    def finding(self, one: Broken) -> Finding:
        place = self._place(one.focus, one.path, one.value) if one.path else self._place_of_thing(one.focus, one.shape)
        return Finding(
            file=place.file if place else "data",
            line=place.line if place else 0,
            code=_code(self.shapes, one.shape),
            message=f"{self.names.shorten(str(one.focus))}: {one.message}",
            severity=SEVERITIES.get(one.severity, Severity.VIOLATION),
            focus_node=str(one.focus),
            path=one.property,
            value="" if one.value is None else str(one.value),
        )

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
