"""The rules about graphs: every claim stands in the graph of a passage, every passage has a record that holds.

The rules are decisions of this project (README, "The evidence layer"); SHACL can not say them, since it sees one graph.
Each rule is a function from the content to its findings; ``RULES`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rdflib import RDF, BNode, URIRef

from citydiplomacy.content import Content
from citydiplomacy.errors import RepositoryError
from citydiplomacy.evidence import SourceText, pair_ranges, passage_faults
from citydiplomacy.findings import Finding, closest
from citydiplomacy.names import DCTERMS, PROV, RDFS
from citydiplomacy.reading import LocatedQuad

Rule = Callable[[Content], Iterator[Finding]]


def statement_outside_graphs(content: Content) -> Iterator[Finding]:
    """A claim in no graph has no evidence."""
    for quad in content.by_graph.get("", []):
        yield _at(quad, "claim-in-no-passage", "This claim stands in no graph.", "move it into the graph of a passage")


def blank_node(content: Content) -> Iterator[Finding]:
    """Blank nodes have no stable name: two releases could not be compared."""
    for quad in content.data:
        if isinstance(quad.subject, BNode) or isinstance(quad.object, BNode):
            yield _at(quad, "blank-node", "Data has no blank nodes.", "give the node an IRI below id/")


def graph_of_no_kind(content: Content) -> Iterator[Finding]:
    """Graphs are passages, documents, or named below graph/."""
    names = content.names
    known = (names.passages, names.sources, names.graphs)
    reserved = {names.graph(name) for name in ("ontology", "inferred")}
    for graph, quads in content.by_graph.items():
        if graph and (not graph.startswith(known) or graph in reserved):
            short = names.shorten(graph)
            yield _at(quads[0], "graph-of-no-kind", f"{short} is neither a passage, a document nor a graph of its own.")


def graph_without_provenance(content: Content) -> Iterator[Finding]:
    """What no passage says has a source and a licence of its own."""
    needed = (PROV + "wasDerivedFrom", DCTERMS + "license")
    for graph, quads in content.by_graph.items():
        if graph.startswith(content.names.graphs):
            stated = {str(quad.predicate) for quad in content.data if str(quad.subject) == graph}
            missing = " and ".join(content.names.shorten(term) for term in needed if term not in stated)
            if missing:
                yield _at(quads[0], "graph-without-provenance", f"{content.names.shorten(graph)} has no {missing}.")


def passage_without_record(content: Content) -> Iterator[Finding]:
    """A passage's graph without a record can not be looked up in the source."""
    for graph, quads in content.by_graph.items():
        if graph.startswith(content.names.passages) and graph not in content.passage_records:
            short = content.names.shorten(graph)
            yield _at(quads[0], "passage-without-record", f"{short} has claims but no record in its document's graph.")


def record_without_claims(content: Content) -> Iterator[Finding]:
    """A record nothing is claimed from is dead weight, or its number is a slip."""
    for iri, quads in content.passage_records.items():
        if iri not in content.by_graph:
            short = content.names.shorten(iri)
            yield _at(quads[0], "record-without-claims", f"{short} has a record but no claims.")


def record_in_wrong_place(content: Content) -> Iterator[Finding]:
    """A record belongs to the graph of the document that its passage's IRI names, once."""
    names = content.names
    for iri, quads in content.passage_records.items():
        document = iri[len(names.passages) :].rpartition("/")[0]
        places = {str(quad.graph) for quad in quads}
        if places != {names.sources + document}:
            yield _at(
                quads[0], "record-in-wrong-place", f"The record of {names.shorten(iri)} stands in another document."
            )
        stamps = [(quad.file, quad.line) for quad in quads if quad.predicate == RDF.type]
        if len(stamps) > 1:
            yield _at(quads[-1], "record-twice", f"{names.shorten(iri)} has two records; number one of them anew.")


def record_incomplete(content: Content) -> Iterator[Finding]:
    """A record says document, lines, page, section and digest."""
    names = content.names
    needed = [names.term(name) for name in ("passageOf", "firstLine", "lastLine", "page", "inSection", "sha256")]
    for iri, quads in content.passage_records.items():
        stated = {str(quad.predicate) for quad in quads}
        for term in needed:
            if term not in stated:
                message = f"The record of {names.shorten(iri)} has no {names.shorten(term)}."
                yield _at(quads[0], "record-incomplete", message, "run: citydiplomacy evidence --stamp --source FILE")
        if iri not in content.passages:
            yield _at(
                quads[0], "record-ranges", f"The lines of {names.shorten(iri)} are no ranges: {_why(content, iri)}."
            )


def record_lines_text(content: Content) -> Iterator[Finding]:
    """Where a record tells its lines in one text, that text is what its ranges say."""
    term = URIRef(content.names.term("lines"))
    for iri, passage in content.passages.items():
        for quad in content.passage_records[iri]:
            if quad.predicate == term and str(quad.object) != passage.lines:
                short = content.names.shorten(iri)
                message = f"{short} says lines {quad.object}, its ranges are {passage.lines}."
                yield _at(quad, "record-lines", message, "run: citydiplomacy evidence --stamp --source FILE")


def unknown_term(content: Content) -> Iterator[Finding]:
    """Data uses only terms that the ontology files declare, with their kind."""
    for quad in content.data:
        terms = [quad.predicate] + ([quad.object] if quad.predicate == RDF.type else [])
        for term in terms:
            if term != RDF.type and not str(term).startswith(RDFS) and str(term) not in content.declared:
                yield _unknown(content, quad, str(term))


def dangling_reference(content: Content) -> Iterator[Finding]:
    """Whatever is named below id/, passage/ or source/ has a type somewhere."""
    names = content.names
    ours = (names.things, names.passages, names.sources)
    slugs = [names.shorten(str(node)) for node in content.typed if str(node).startswith(names.things)]
    hints: dict[str, str] = {}  # each is looked for once: that takes a look at every name
    for quad in content.data:
        for node in (quad.subject, quad.object):
            if isinstance(node, URIRef) and str(node).startswith(ours) and node not in content.typed:
                short = names.shorten(node)
                if short not in hints:
                    hints[short] = closest(short, slugs)
                yield _at(quad, "dangling-reference", f"{short} has no type anywhere.", hints[short])


RULES: tuple[Rule, ...] = (
    statement_outside_graphs,
    blank_node,
    graph_of_no_kind,
    graph_without_provenance,
    passage_without_record,
    record_without_claims,
    record_in_wrong_place,
    record_incomplete,
    record_lines_text,
    unknown_term,
    dangling_reference,
)


def check_claims(content: Content) -> list[Finding]:
    """What breaks the rules about graphs, one finding a place and rule."""
    return sorted({finding for rule in RULES for finding in rule(content)})


def check_source(content: Content, source: SourceText) -> list[Finding]:
    """Whether the records agree with a copy of the source text: its digest, each passage's digest, page and bounds.

    Documents whose text has another digest than ``source`` are other documents and are passed over; if no document
    has this digest, that is the finding.
    """
    try:
        documents = content.documents_of(source)
    except RepositoryError as error:
        return [Finding("data/sources", 0, "source-unknown", error.detail)]
    findings = []
    for passage in content.passages.values():
        if passage.document not in documents:
            continue
        short = content.names.shorten(passage.iri)
        for message in passage_faults(passage.ranges, passage.page, passage.sha256, source):
            findings.append(
                Finding(passage.file, passage.line, "digest", f"{short}: {message}", focus_node=passage.iri)
            )
    return sorted(findings)


def _at(quad: LocatedQuad, code: str, message: str, suggestion: str = "") -> Finding:
    return Finding(
        quad.file,
        quad.line,
        code,
        message,
        focus_node=str(quad.subject),
        path=str(quad.predicate),
        value=str(quad.object),
        suggestion=suggestion,
    )


def _unknown(content: Content, quad: LocatedQuad, term: str) -> Finding:
    names = content.names
    ours = [iri for iri in content.declared if iri.startswith(names.ontology)]
    hint = closest(term, ours)
    return _at(quad, "unknown-term", f"{names.shorten(term)} is declared nowhere in ontology/.", hint)


def _why(content: Content, iri: str) -> str:
    def numbers(name: str) -> list[int]:
        return [int(q.object) for q in content.passage_records[iri] if str(q.predicate) == content.names.term(name)]  # type: ignore[call-overload]

    try:
        pair_ranges(numbers("firstLine"), numbers("lastLine"))
    except ValueError as error:
        return str(error)
    return "a line number is no whole number"
