"""The W3C manifests of SPARQL 1.0 and 1.1 as tests (https://www.w3.org/2001/sw/DataAccess/tests/README)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

BASE = "https://w3c.github.io/rdf-tests/sparql/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
START = ("sparql10/manifest.ttl", "sparql11/manifest-all.ttl")
SKIPPED_SUITES = {
    "sparql11/entailment": "entailment regimes",
    "sparql11/service": "SERVICE",
    "sparql11/syntax-fed": "SERVICE",
}


@dataclass(frozen=True)
class Test:
    """One test. Its graphs are files, by the IRI they go by."""

    name: str
    suite: str
    kind: str
    manifest: Graph
    node: Node
    query: str = ""
    query_base: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    result: Path | None = None
    lax: bool = False
    skipped: str = ""


class Suite:
    """A fetched copy of the suite: its tests and the files of their graphs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.graphs: dict[str, Path] = {}
        self.tests = [test for start in START for test in self._read(start)]

    def path(self, iri: str) -> Path:
        return self._folder / iri.removeprefix(BASE)

    def _read(self, relative: str) -> Iterator[Test]:
        """The tests of a manifest and of those it includes."""
        manifest = Graph().parse(self._folder / relative, format="turtle", publicID=BASE + relative)
        top = URIRef(BASE + relative)
        for included in manifest.objects(top, MF.include):
            for one in Collection(manifest, included):
                yield from self._read(str(one).removeprefix(BASE))
        suite = relative.rpartition("/")[0]
        for entries in manifest.objects(top, MF.entries):
            for node in Collection(manifest, entries):
                yield self._test(manifest, node, suite)

    def _test(self, manifest: Graph, node: Node, suite: str) -> Test:
        kind = next(str(one).rpartition("#")[2] for one in manifest.objects(node, RDF.type))
        action = manifest.value(node, MF.action)
        query = str(manifest.value(action, QT.query) or action)
        skipped = SKIPPED_SUITES.get(suite, "") or _reason(kind, query)
        bare = Test(str(node).rpartition("#")[2], suite, kind, manifest, node, skipped=skipped)
        for data in manifest.objects(node, UT.graphData):
            self._graph(manifest, data, UT.graph)
        if skipped or kind in ("ProtocolTest", "ServiceDescriptionTest"):
            return bare
        result = manifest.value(node, MF.result)
        return replace(
            bare,
            query=self.path(query).read_bytes().decode("utf-8"),
            query_base=query,
            default_graphs=tuple(self._graph(manifest, one, QT.graph) for one in manifest.objects(action, QT.data)),
            named_graphs=tuple(self._graph(manifest, one, QT.graph) for one in manifest.objects(action, QT.graphData)),
            result=self.path(str(result)) if isinstance(result, URIRef) else None,
            lax=manifest.value(node, MF.resultCardinality) == MF.LaxCardinality,
        )

    def _graph(self, manifest: Graph, data: Node, inside: URIRef) -> str:
        """The IRI a graph goes by: its file's, unless it has a label."""
        file = manifest.value(data, inside)
        iri = str(manifest.value(data, RDFS.label) or file or data)
        path = self.path(str(file or data))
        if self.graphs.setdefault(iri, path) != path:
            raise ValueError(f"{iri} is two files: {path} and {self.graphs[iri]}")
        return iri

    def add_neighbours(self) -> None:
        """Queries that name their graphs themselves (FROM) take them from their own folder."""
        for test in self.tests:
            if test.query and not test.default_graphs and "from" in test.query.lower():
                for path in self.path(test.query_base).parent.glob("*.ttl"):
                    if path.name != "manifest.ttl" and path != test.result:
                        self.graphs.setdefault(BASE + path.relative_to(self._folder).as_posix(), path)


def _reason(kind: str, query: str) -> str:
    """Why a test is not for a service that is read-only."""
    if "Update" in kind or query.endswith(".ru"):
        return "update"
    return "graph store protocol" if kind == "GraphStoreProtocolTest" else ""
