"""An account of every line of a source document, and of every place where it names a thing we know.

A line is used by a passage, or it is blank, or the document's record says in an ``:Omission`` why no passage uses it;
otherwise it is unaccounted. A mention is used where a passage that covers its line has a claim about the thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDFS, Literal, URIRef

from citydiplomacy.content import Content
from citydiplomacy.evidence import LineRange, SourceText
from citydiplomacy.mentions import FoldedText, Mention, find_mentions, link_lines
from citydiplomacy.names import SKOS

USED, BLANK, UNACCOUNTED = "used", "blank", "unaccounted"


@dataclass(frozen=True)
class Coverage:
    """For each line of a document what it is used for, in order; and the mentions that no claim uses."""

    document: str
    lines: tuple[str, ...]
    passages: tuple[tuple[str, ...], ...]
    unused: tuple[Mention, ...]
    mentions: int

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each kind, the most frequent first."""
        return dict(Counter(self.lines).most_common())

    @property
    def share(self) -> float:
        """The share of lines that are accounted for, from 0 to 1."""
        return 1 - self.lines.count(UNACCOUNTED) / len(self.lines) if self.lines else 1.0

    def ranges(self, kind: str) -> Iterator[LineRange]:
        """The runs of lines of one kind."""
        first = None
        for number, line in enumerate((*self.lines, ""), 1):
            if line == kind and first is None:
                first = number
            elif line != kind and first is not None:
                yield LineRange(first, number - 1)
                first = None

    def as_json(self) -> dict[str, object]:
        """The account under names that a program can rely on."""
        lines = [
            {"line": number, "kind": kind, "passages": list(using)}
            for number, (kind, using) in enumerate(zip(self.lines, self.passages, strict=True), 1)
        ]
        unused = [{"thing": m.thing, "name": m.name, "firstLine": m.first, "lastLine": m.last} for m in self.unused]
        return {
            "document": self.document,
            "accountedFor": round(self.share, 6),
            "counts": self.counts,
            "mentions": self.mentions,
            "unusedMentions": unused,
            "lines": lines,
        }


def cover(content: Content, source: SourceText) -> Coverage:
    """The account of the document that ``source`` is the text of; RepositoryError where no record has its digest."""
    document = content.documents_of(source)[0]
    using: list[list[str]] = [[] for _ in range(len(source))]
    for passage in sorted(content.passages.values(), key=lambda one: (one.ranges, one.iri)):
        for one in passage.ranges if passage.document == document else ():
            for number in range(one.first, min(one.last, len(source)) + 1):
                using[number - 1].append(passage.iri)
    reasons = omissions(content, document)
    texts = [source.line(number) for number in range(1, len(source) + 1)]
    lines = tuple(
        USED if using[index] else BLANK if not text.strip() else reasons.get(index + 1, UNACCOUNTED)
        for index, text in enumerate(texts)
    )
    found = find_mentions(FoldedText(texts, link_lines(texts)), _names(content))
    unused = tuple(mention for mention in found if not _is_used(content, mention, using))
    return Coverage(document, lines, tuple(map(tuple, using)), unused, len(found))


def omissions(content: Content, document: str) -> dict[int, str]:
    """Why lines are used by no passage, by line: the reason's name (the last part of its IRI)."""
    names = content.names
    stated: dict[str, dict[str, str]] = {}
    for quad in content.by_graph.get(document, []):
        if str(quad.predicate).startswith(names.ontology):
            stated.setdefault(str(quad.subject), {})[str(quad.predicate)[len(names.ontology) + 1 :]] = str(quad.object)
    reasons: dict[int, str] = {}
    for facts in stated.values():
        if "omissionReason" in facts:
            reason = facts["omissionReason"].rpartition("/")[2].removeprefix("omission-")
            reasons |= dict.fromkeys(range(int(facts["firstLine"]), int(facts["lastLine"]) + 1), reason)
    return reasons


def render(content: Content, coverage: Coverage, most: int) -> Iterator[str]:
    """The account as text: figures, then what is unaccounted, then at most ``most`` mentions that no claim uses."""
    total = len(coverage.lines)
    yield f"{content.names.shorten(coverage.document)}: {coverage.share:.1%} of {total} lines accounted for"
    for kind, count in coverage.counts.items():
        yield f"  {count:>6}  {kind}"
    for one in coverage.ranges(UNACCOUNTED):
        yield f"unaccounted: {'line' if one.first == one.last else 'lines'} {one}"
    yield f"{len(coverage.unused)} of {coverage.mentions} mentions of things are used by no claim"
    for mention in coverage.unused[:most]:
        yield f"  line {mention.first:>5}  {content.names.shorten(mention.thing)}  ({mention.name})"
    if len(coverage.unused) > most:
        yield f"  ... and {len(coverage.unused) - most} more (--most N shows more)"


def _names(content: Content) -> Iterator[tuple[str, str]]:
    """Every thing below id/ that is no concept, with each of its names."""
    concepts = {quad.subject for quad in content.ontology if quad.predicate == URIRef(SKOS + "inScheme")}
    naming = {RDFS.label, URIRef(SKOS + "altLabel"), URIRef(content.names.term("acronym"))}
    editorial = content.by_graph.get(content.names.graph("editorial"), [])
    named = {str(quad.subject) for quad in editorial if str(quad.subject).startswith(content.names.things)}
    for quad in content.data:
        named_here = str(quad.subject) in named and quad.predicate in naming and quad.subject not in concepts
        if named_here and isinstance(quad.object, Literal):
            yield str(quad.subject), str(quad.object)


def _is_used(content: Content, mention: Mention, using: list[list[str]]) -> bool:
    thing = URIRef(mention.thing)
    passages = {iri for number in range(mention.first, mention.last + 1) for iri in using[number - 1]}
    return any(
        thing in (quad.subject, quad.object) and quad.predicate != RDFS.label
        for iri in passages
        for quad in content.by_graph.get(iri, [])
    )
