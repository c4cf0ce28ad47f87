"""Where knowledge comes from: the claims of a passage, a thing or a line of the source, each with its passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDFS, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.errors import UnknownThing
from citydiplomacy.evidence import Passage, SourceText
from citydiplomacy.findings import closest
from citydiplomacy.names import Names
from citydiplomacy.reading import LocatedQuad


@dataclass(frozen=True)
class Trace:
    """A passage (None for graphs that no passage stands behind), its graph, and the claims asked about."""

    graph: str
    passage: Passage | None
    claims: tuple[LocatedQuad, ...]


def trace(content: Content, name: str) -> list[Trace]:
    """What is said of a thing (IRI, ``id:slug`` or slug), or all that a passage says, by passage in reading order.

    Raises UnknownThing, with the closest name, where no claim is about it.
    """
    iri = resolve(content.names, name)
    if iri in content.by_graph:
        return [Trace(iri, content.passages.get(iri), tuple(content.by_graph[iri]))]
    node = URIRef(iri)
    by_graph: dict[str, list[LocatedQuad]] = {}
    for quad in content.data:
        if node in (quad.subject, quad.object):
            by_graph.setdefault(str(quad.graph or ""), []).append(quad)
    if not by_graph:
        slugs = [
            str(one)[len(content.names.things) :] for one in content.typed if str(one).startswith(content.names.things)
        ]
        hint = closest(name.rpartition("/")[2].removeprefix("id:"), slugs)
        raise UnknownThing(f"No claim is about {name}.", hint=hint or None)
    traces = [Trace(graph, content.passages.get(graph), tuple(quads)) for graph, quads in by_graph.items()]
    return sorted(traces, key=lambda one: (one.passage.ranges if one.passage else (), one.graph))


def trace_line(content: Content, line: int) -> list[Trace]:
    """What the passages that use a line of the source say."""
    using = [passage for passage in content.passages.values() if passage.uses(line)]
    ordered = sorted(using, key=lambda passage: (passage.ranges, passage.iri))
    return [Trace(one.iri, one, tuple(content.by_graph.get(one.iri, []))) for one in ordered]


def resolve(names: Names, name: str) -> str:
    """An IRI from an IRI, a prefixed name or a bare slug."""
    if "://" in name:
        return name.strip("<>")
    prefix, colon, local = name.partition(":")
    if colon and prefix in names.prefixes:
        return names.prefixes[prefix] + local
    return (names.base if name.startswith(("passage/", "source/", "id/", "graph/")) else names.things) + name


def render(content: Content, traces: list[Trace], source: SourceText | None) -> Iterator[str]:
    """Lines for people: each passage with its place, the source's words where a copy is at hand, and the claims."""
    labels = label_index(content)
    for one in traces:
        yield _heading(content, one)
        if source and one.passage and one.passage.ranges[-1].last <= len(source):
            yield from _words(one.passage, source)
        for claim in one.claims:
            terms = (claim.subject, claim.predicate, claim.object)
            yield "  " + " ".join(_show(content.names, labels, term) for term in terms)
        yield ""


def label_index(content: Content) -> dict[Node, str]:
    """A label for everything that has one, English where there is one."""
    labels: dict[Node, str] = {}
    for quad in content.quads:
        label = quad.object if quad.predicate == RDFS.label else None
        if isinstance(label, Literal) and (quad.subject not in labels or label.language == "en"):
            labels[quad.subject] = str(label)
    return labels


def _heading(content: Content, one: Trace) -> str:
    short = content.names.shorten(one.graph)
    if not one.passage:
        return f"{short}"
    page = f", page {one.passage.page}" if one.passage.page else ""
    return f"{short}  (lines {one.passage.lines}{page}; {one.passage.file}:{one.passage.line})"


def _words(passage: Passage, source: SourceText) -> Iterator[str]:
    holds = passage.sha256 == source.digest(passage.ranges)
    for one in passage.ranges:
        for number in range(one.first, one.last + 1):
            yield f"  {number:>5} | {source.line(number)}"
    yield "  digest holds" if holds else "  DIGEST DOES NOT HOLD: the record and this text differ"


def _show(names: Names, labels: dict[Node, str], term: Node) -> str:
    if isinstance(term, Literal):
        return f'"{term}"' + (f"@{term.language}" if term.language else "")
    short = names.shorten(str(term))
    return f"{short} ({labels[term]})" if term in labels and short.startswith("id:") else short
