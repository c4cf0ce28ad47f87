"""Reading Turtle and TriG so that every triple keeps the line it stands on."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink
from rdflib.plugins.parsers.trig import TrigSinkParser
from rdflib.term import Node

from citydiplomacy.findings import Finding
from citydiplomacy.nquads import iri, literal

DEFAULT = URIRef("urn:x-citydiplomacy:default")


@dataclass(frozen=True, slots=True)
class LocatedQuad:
    """A statement and where it stands. ``graph`` is None outside any named graph; ``line`` counts from 1."""

    subject: Node
    predicate: Node
    object: Node
    graph: Node | None
    file: str
    line: int


class _Sink(RDFSink):
    """Takes the parser's statements, each with the line the parser has noted last; keeps no graph. Equal terms are one
    object: a large file needs little memory.
    """

    def __init__(self, file: str) -> None:
        super().__init__(Graph(identifier=DEFAULT))
        self.quads: list[LocatedQuad] = []
        self.line = 1
        self._file = file
        self._known: dict[Any, Any] = {}

    def makeStatement(self, quadruple: Any, why: Any = None) -> None:  # noqa: N802 (rdflib's name)
        context = quadruple[0]
        terms = (self.normalise(context, term) for term in quadruple[1:])
        predicate, subject, value = (self._known.setdefault(term, term) for term in terms)
        graph = None if context is None or context.identifier == DEFAULT else context.identifier
        self.quads.append(LocatedQuad(subject, predicate, value, graph, self._file, self.line))


class _LocatingParser(TrigSinkParser):
    """rdflib's TriG parser (a superset of Turtle's) that tells its sink the line of every object."""

    def __init__(self, sink: _Sink, text: str) -> None:
        super().__init__(sink, baseURI="", turtle=True)
        self._sink = sink
        self._starts = [0] + [i + 1 for i, character in enumerate(text) if character == "\n"]
        self._object_lines: deque[int] = deque()

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def objectList(self, argstr: str, i: int, res: MutableSequence[Any]) -> int:  # noqa: N802 (rdflib's name)
        lines = []
        while True:
            start = self.skipSpace(argstr, i)
            lines.append(self._line(max(start, i)))
            self._sink.line = lines[-1]
            i = self.object(argstr, i, res)
            if i < 0:
                return i
            j = self.skipSpace(argstr, i)
            if j < 0:
                self.BadSyntax(argstr, j, "EOF found after object")
            if argstr[j] != ",":
                self._object_lines = deque(lines)
                return j
            i = j + 1

    def makeStatement(self, quadruple: Any) -> None:  # noqa: N802 (rdflib's name)
        if self._object_lines:
            self._sink.line = self._object_lines.popleft()
        super().makeStatement(quadruple)


@contextmanager
def _as_written() -> Iterator[None]:
    """Literals as they are written: else rdflib makes ``"none"^^xsd:boolean`` a false, and nobody finds it wrong."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def term_of(node: Node) -> str:
    """A node as N-Quads write it."""
    if isinstance(node, Literal):
        return literal(str(node), node.language or "", str(node.datatype or ""))
    return f"_:{node}" if isinstance(node, BNode) else iri(str(node))


def read(path: Path, name: str, default_graph: str | None = None) -> tuple[list[LocatedQuad], list[Finding]]:
    """All statements of a Turtle or TriG file, and a finding where it can not be read to its end.

    ``name`` is the file's name in findings. Statements outside any graph get ``default_graph``.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [Finding(name, line, "not-utf-8", f"The file is not UTF-8: {error.reason}.")]
    sink = _Sink(name)
    parser = _LocatingParser(sink, text)
    findings = []
    try:
        with _as_written():
            parser.startDoc()
            parser.feed(text)
            parser.endDoc()
    except BadSyntax as error:
        line = text[: max(error._i, 0)].count("\n") + 1 if error._i >= 0 else text.count("\n") + 1
        findings.append(Finding(name, line, "syntax", f"Not valid {path.suffix[1:]}: {error._why}."))
    except (ValueError, IndexError) as error:
        findings.append(Finding(name, sink.line, "syntax", f"Not valid {path.suffix[1:]}: {error}."))
    quads = sink.quads
    if default_graph:
        graph = URIRef(default_graph)
        quads = [q if q.graph else LocatedQuad(q.subject, q.predicate, q.object, graph, q.file, q.line) for q in quads]
    return quads, findings
