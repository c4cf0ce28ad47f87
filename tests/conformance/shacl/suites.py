"""The SHACL tests of the W3C and of DASH, read from fetched copies: data, shapes and the results that are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SH = Namespace("http://www.w3.org/ns/shacl#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
DASH = Namespace("http://datashapes.org/dash#")
ADVANCED = ("expression", "function", "rules", "target")

Row = tuple[str, str, str, str, str, str]
"""Focus node, path, value, shape, component, severity; blank nodes are ``_:``, what has no common form is ``*``."""


@dataclass(frozen=True)
class Test:
    """One test. ``expected`` is None where a processor must refuse to judge."""

    name: str
    data: Graph
    shapes: Graph
    expected: list[Row] | None
    skipped: str = ""


def w3c(folder: Path) -> Iterator[Test]:
    """The tests of data-shapes-test-suite/tests, in the order of its manifests."""
    yield from _manifest(folder, folder / "manifest.ttl")


def dash(folder: Path) -> Iterator[Test]:
    """TopBraid's validation tests (src/test/resources/sh/tests)."""
    for path in sorted(folder.rglob("*.ttl")):
        graph = Graph().parse(path, publicID=path.as_uri())
        for case in graph.subjects(RDF.type, DASH.GraphValidationTestCase):
            name = path.relative_to(folder).as_posix().removesuffix(".test.ttl")
            skipped = "SHACL Advanced Features" if name.split("/")[0] in ADVANCED else ""
            report = graph.value(case, DASH.expectedResult)
            yield Test(name, graph, graph, _expected(graph, report), skipped)


def _manifest(root: Path, path: Path) -> Iterator[Test]:
    graph = Graph().parse(path, publicID=path.as_uri())
    top = URIRef(path.as_uri())
    for one in sorted(graph.objects(top, MF.include)):
        yield from _manifest(root, _path(one))
    for entries in graph.objects(top, MF.entries):
        for node in Collection(graph, entries):
            action, result = graph.value(node, MF.action), graph.value(node, MF.result)
            files = [_path(graph.value(action, part) or top) for part in (SHT.dataGraph, SHT.shapesGraph)]
            data, shapes = (Graph().parse(file, publicID=file.as_uri()) for file in files)
            expected = None if result == SHT.Failure else _expected(graph, result)
            yield Test(path.relative_to(root).with_suffix("").as_posix(), data, shapes, expected)


def _path(iri: Node) -> Path:
    return Path(str(iri).removeprefix("file://"))


def _expected(graph: Graph, report: Node | None) -> list[Row]:
    return sorted(_row(graph, result) for result in graph.objects(report, SH.result))


def _row(graph: Graph, result: Node) -> Row:
    path, shape = graph.value(result, SH.resultPath), graph.value(result, SH.sourceShape)
    component = str(graph.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH))
    severity = str(graph.value(result, SH.resultSeverity)).removeprefix(str(SH))
    focus, value = graph.value(result, SH.focusNode), graph.value(result, SH.value)
    named = f"<{shape}>" if isinstance(shape, URIRef) else "*"
    return _term(focus), _simple(graph, path), _term(value), named, component, severity


def _term(node: Node | None) -> str:
    if node is None:
        return ""
    return "_:" if isinstance(node, BNode) else node.n3() if isinstance(node, Literal) else f"<{node}>"


def _simple(graph: Graph, path: Node | None) -> str:
    """A path that is one property, or one against its direction; other paths are ``*``."""
    if path is None:
        return ""
    inverse = graph.value(path, SH.inversePath)
    if isinstance(path, URIRef) or isinstance(inverse, URIRef):
        return f"<{path}>" if isinstance(path, URIRef) else f"^<{inverse}>"
    return "*"
