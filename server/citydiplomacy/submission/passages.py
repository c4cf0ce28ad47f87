"""The rules about graphs, for submissions: every claim in a passage, every passage with a record whose lines hold.

The same rules as ``citydiplomacy.claims`` has for the repository's own files, on statements of any size and syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from citydiplomacy.evidence import LineRange, SourceText, pair_ranges, passage_faults
from citydiplomacy.names import DCTERMS, PROV
from citydiplomacy.submission.problems import Problem, at
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import TYPE, Statement, iri, plain

NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
RESERVED = ("ontology", "inferred")


@dataclass
class Graphs:
    """A submission's statements by graph, and the records of its passages."""

    published: Published
    statements: list[Statement]
    source: SourceText | None = None

    @cached_property
    def by_graph(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for statement in self.statements:
            found.setdefault(statement[3], []).append(statement)
        return found

    @cached_property
    def records(self) -> dict[str, list[Statement]]:
        """The statements about each passage, in whatever graph they stand."""
        passages = "<" + self.published.names.passages
        found: dict[str, list[Statement]] = {}
        for statement in self.statements:
            if statement[0].startswith(passages):
                found.setdefault(statement[0], []).append(statement)
        return found

    @cached_property
    def published_graphs(self) -> set[str]:
        return {graph for *_, graph in self.published.data}

    @cached_property
    def last_lines(self) -> dict[str, int]:
        """How many lines each document has, by what is published and by what is sent."""
        last, sources = iri(self.published.names.term("lastLine")), "<" + self.published.names.sources
        own = {
            s: int(plain(o))
            for s, p, o, _ in self.statements
            if p == last and s.startswith(sources) and "#" not in s and plain(o).isdecimal()
        }
        return {**self.published.last_lines, **own}

    def numbers(self, record: list[Statement], name: str) -> list[int]:
        """The whole numbers that a record gives for a term of ours; ValueError where one is none."""
        term = iri(self.published.names.term(name))
        words = [plain(value) for _, predicate, value, _ in record if predicate == term]
        for one in words:
            if not NUMBER.fullmatch(one):
                raise ValueError(f"{one} is no whole number")
        return [int(one) for one in words]

    def first(self, record: list[Statement], name: str) -> Statement:
        """The statement of a record with that term of ours, else its first."""
        term = iri(self.published.names.term(name))
        return next((one for one in record if one[1] == term), record[0])


def place_records(statements: list[Statement], published: Published) -> dict[Statement, Statement]:
    """Statements about documents and passages that stand in no graph, each with the document's graph they belong to.

    A file of triples about a document is a record, as in ``data/sources/``; all else in no graph has no evidence.
    """
    passages, sources = "<" + published.names.passages, "<" + published.names.sources
    moved = {}
    for statement in statements:
        subject, predicate, value, graph = statement
        if graph:
            continue
        if subject.startswith(sources):
            moved[statement] = (subject, predicate, value, subject.partition("#")[0].rstrip(">") + ">")
        elif subject.startswith(passages):
            document = subject[len(passages) :].rpartition("/")[0]
            moved[statement] = (subject, predicate, value, f"{sources}{document}>")
    return moved


def claim_in_no_passage(graphs: Graphs) -> Iterator[Problem]:
    """One finding a thing, at its first statement that stands in no graph."""
    counts: dict[str, int] = {}
    firsts: dict[str, Statement] = {}
    for statement in graphs.by_graph.get("", ()):
        counts[statement[0]] = counts.get(statement[0], 0) + 1
        firsts.setdefault(statement[0], statement)
    for subject, statement in firsts.items():
        yield at(statement, "claim-in-no-passage", "subject", thing=subject, count=str(counts[subject]))


def blank_node(graphs: Graphs) -> Iterator[Problem]:
    """One finding a blank node, where it is first met."""
    seen = set()
    for statement in [one for one in graphs.statements if one[0][0] == "_" or one[2][0] == "_"]:
        for part, term in (("subject", statement[0]), ("object", statement[2])):
            if term[0] == "_" and term not in seen:
                seen.add(term)
                yield at(statement, "blank-node", part)


def graph_of_no_kind(graphs: Graphs) -> Iterator[Problem]:
    names = graphs.published.names
    known = tuple("<" + one for one in (names.passages, names.sources, names.graphs))
    reserved = {iri(names.graph(name)) for name in RESERVED}
    for graph, statements in graphs.by_graph.items():
        if graph and (not graph.startswith(known) or graph in reserved):
            yield at(("", "", "", graph), "graph-of-no-kind", "graph", graph=graph, count=str(len(statements)))


def graph_without_provenance(graphs: Graphs) -> Iterator[Problem]:
    """A graph of its own says what it is from and under which licence, here or in what is published."""
    names = graphs.published.names
    reserved = {iri(names.graph(name)) for name in RESERVED}
    own = [graph for graph in graphs.by_graph if graph.startswith("<" + names.graphs) and graph not in reserved]
    if not own:
        return
    stated = {(s, p) for s, p, _, _ in (*graphs.published.data, *graphs.statements) if s in own}
    for graph in own:
        missing = [x for x in (PROV + "wasDerivedFrom", DCTERMS + "license") if (graph, iri(x)) not in stated]
        for term in missing:
            yield at(("", "", "", graph), "graph-without-provenance", "graph", graph=graph, term=iri(term))


def passage_without_record(graphs: Graphs) -> Iterator[Problem]:
    passages, types = "<" + graphs.published.names.passages, graphs.published.types
    for graph in graphs.by_graph:
        if graph.startswith(passages) and graph not in graphs.records and graph not in types:
            yield at(("", "", "", graph), "passage-without-record", "graph", graph=graph)


def record_without_claims(graphs: Graphs) -> Iterator[Problem]:
    for passage, record in graphs.records.items():
        if passage not in graphs.by_graph and passage not in graphs.published_graphs:
            yield at(record[0], "record-without-claims", "subject", passage=passage)


def record_in_wrong_place(graphs: Graphs) -> Iterator[Problem]:
    """A record stands in the graph of the document that its passage's IRI names, once."""
    names = graphs.published.names
    for passage, record in graphs.records.items():
        home = f"<{names.sources}{passage[len(names.passages) + 1 : -1].rpartition('/')[0]}>"
        strays = [one for one in record if one[3] != home]
        if strays and strays[0][3]:
            yield at(strays[0], "record-in-wrong-place", "subject", passage=passage, document=home)
        stamps = [one for one in record if one[1] == TYPE]
        if len(stamps) > 1:
            yield at(stamps[-1], "record-twice", "subject", passage=passage)


def record_ranges(graphs: Graphs) -> Iterator[Problem]:
    """The lines of a record are ranges, within the document; and hold where the source text was sent along."""
    for passage, record in graphs.records.items():
        try:
            ranges = pair_ranges(graphs.numbers(record, "firstLine"), graphs.numbers(record, "lastLine"))
        except ValueError as error:
            yield at(graphs.first(record, "lastLine"), "record-ranges", passage=passage, reason=str(error))
            continue
        document = record[0][3]
        last = graphs.last_lines.get(document)
        if last and ranges[-1].last > last:
            where = graphs.first(record, "lastLine")
            yield at(where, "lines-beyond-document", passage=passage, line=str(ranges[-1].last), last=str(last))
        elif graphs.source:
            yield from _held(graphs, passage, record, ranges)


def source_unknown(graphs: Graphs) -> Iterator[Problem]:
    """The text that was sent along is that of a document that is published or described here."""
    if graphs.source is None or not graphs.records:
        return
    digests = _digests(graphs)
    if graphs.source.sha256 not in digests.values():
        record = next(iter(graphs.records.values()))
        yield at(record[0], "source-unknown", "subject", digest=graphs.source.sha256)


def _digests(graphs: Graphs) -> dict[str, str]:
    term, sources = iri(graphs.published.names.term("sha256")), "<" + graphs.published.names.sources
    statements = (*graphs.published.data, *graphs.statements)
    return {s: plain(o) for s, p, o, _ in statements if p == term and s.startswith(sources)}


def _held(graphs: Graphs, passage: str, record: list[Statement], ranges: tuple[LineRange, ...]) -> Iterator[Problem]:
    source = graphs.source
    if source is None or _digests(graphs).get(record[0][3]) != source.sha256:
        return
    term = iri(graphs.published.names.term("sha256"))
    digests = [plain(value) for _, predicate, value, _ in record if predicate == term]
    try:
        pages = graphs.numbers(record, "page")
    except ValueError:
        pages = []
    if not digests or not pages:
        return
    for reason in passage_faults(ranges, min(pages), digests[0], source):
        name = "page" if reason.startswith("line ") and "is on page" in reason else "sha256"
        yield at(graphs.first(record, name), "digest", passage=passage, reason=reason)


RULES: tuple[Callable[[Graphs], Iterator[Problem]], ...] = (
    claim_in_no_passage,
    blank_node,
    graph_of_no_kind,
    graph_without_provenance,
    passage_without_record,
    record_without_claims,
    record_in_wrong_place,
    record_ranges,
    source_unknown,
)


def check_passages(
    statements: list[Statement], published: Published, source: SourceText | None = None
) -> Iterator[Problem]:
    """What breaks the rules about graphs."""
    graphs = Graphs(published, statements, source)
    for rule in RULES:
        yield from rule(graphs)
