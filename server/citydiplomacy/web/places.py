"""Where something is said: a graph, and for a passage its page, its lines and, where a copy is, their text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from citydiplomacy.evidence import LineRange, pair_ranges
from citydiplomacy.web.known import Known
from citydiplomacy.web.linked_text import Piece
from citydiplomacy.web.sections import lines_text
from citydiplomacy.web.site import Site
from citydiplomacy.web.texts import text


@dataclass(frozen=True)
class Place:
    """One graph: for a passage with page and lines, its document, and the operator's own text (empty for none)."""

    iri: str
    short: str
    label: str
    text: tuple[Piece, ...] = ()
    document: str = ""


def places(known: Known, graphs: set[str], language: str) -> dict[str, Place]:
    """The places that graphs are, by graph."""
    site = known.site
    records = _records(site, {graph for graph in graphs if graph.startswith(site.names.passages)})
    found = {}
    for graph in graphs:
        short = site.names.shorten(graph).strip("<>")
        record = records.get(graph)
        if record:
            found[graph] = Place(graph, short, record.label(language), record.text(site), record.document)
        else:
            found[graph] = Place(graph, short, known.label(graph, language))
    return found


@dataclass(frozen=True)
class Record:
    """A passage's record as it stands in the release."""

    page: str
    ranges: tuple[LineRange, ...]
    document: str
    document_digest: str
    digest: str

    def label(self, language: str) -> str:
        single = len(self.ranges) == 1 and self.ranges[0].first == self.ranges[0].last
        page = f"{text('page_short', language)} {self.page}, " if self.page else ""
        return f"{page}{text('line' if single else 'lines', language)} {lines_text(self.ranges)}"

    def text(self, site: Site) -> tuple[Piece, ...]:
        """The lines themselves, where the operator has a copy of this very document and their digest holds."""
        copy = site.source
        if copy is None or copy.source.sha256 != self.document_digest or self.ranges[-1].last > len(copy.source):
            return ()
        return copy.pieces(self.ranges) if copy.source.digest(self.ranges) == self.digest else ()


def _records(site: Site, passages: set[str]) -> dict[str, Record]:
    """The records of passages; those with impossible ranges are left out."""
    if not passages:
        return {}
    term = site.names.term
    wanted = " ".join(f"<{one}>" for one in sorted(passages))
    properties = [f"<{term(name)}>" for name in ("page", "firstLine", "lastLine", "sha256", "passageOf")]
    rows = site.rows(
        f"SELECT ?x ?p ?v WHERE {{ VALUES ?x {{ {wanted} }} VALUES ?p {{ {' '.join(properties)} }} ?x ?p ?v }} "
    )
    rows += site.rows(
        f"SELECT ?x (<urn:digest> AS ?p) ?v WHERE {{ VALUES ?x {{ {wanted} }} "
        f"?x <{term('passageOf')}> ?document . ?document <{term('sha256')}> ?v }}"
    )
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        values[row["x"]["value"]][row["p"]["value"].removeprefix(term(""))].append(row["v"]["value"])
    return {iri: record for iri, known in values.items() if (record := _record(known))}


def _record(known: Mapping[str, list[str]]) -> Record | None:
    try:
        ranges = pair_ranges([int(one) for one in known["firstLine"]], [int(one) for one in known["lastLine"]])
    except ValueError:
        return None
    return Record(
        page=min(known["page"], default=""),
        ranges=ranges,
        document=min(known["passageOf"], default=""),
        document_digest=min(known["urn:digest"], default=""),
        digest=min(known["sha256"], default=""),
    )
