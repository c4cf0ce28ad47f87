"""The operator's copy of a source text, cut into pieces: plain text, and mentions of things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from citydiplomacy.evidence import LineRange, SourceText
from citydiplomacy.mentions import FoldedText, Span, find_spans, link_lines
from citydiplomacy.names import RDFS, SKOS

if TYPE_CHECKING:
    from citydiplomacy.web.site import Site


@dataclass(frozen=True)
class Piece:
    """Some text; where it names a thing, the thing's IRI, else ""."""

    text: str
    iri: str = ""


class LinkedText:
    """A source text with the mentions of things in it, found once; ``names`` are pairs of a thing and one of its names.

    ``language`` is the text's, "" where it is not known.
    """

    def __init__(self, source: SourceText, names: Iterable[tuple[str, str]], language: str = "") -> None:
        self.source = source
        self.language = language
        lines = [source.line(number) for number in range(1, len(source) + 1)]
        self._mentions: dict[int, list[Span]] = defaultdict(list)
        for one in find_spans(FoldedText(lines, link_lines(lines)), names):
            self._mentions[one.first].append(one)

    def pieces(self, ranges: tuple[LineRange, ...]) -> tuple[Piece, ...]:
        """The lines of the ranges in order; together the pieces' texts are just these lines."""
        return tuple(piece for one in ranges for piece in self._cut(one) if piece.text)

    def _cut(self, wanted: LineRange) -> Iterator[Piece]:
        """One range; a mention that goes on beyond its last line stays plain text."""
        lines = [self.source.line(number) + "\n" for number in range(wanted.first, wanted.last + 1)]
        text, starts = "".join(lines), list(accumulate(map(len, lines), initial=0))
        done = 0
        for number in range(wanted.first, wanted.last + 1):
            for one in self._mentions.get(number, ()):
                if one.last <= wanted.last:
                    start = starts[one.first - wanted.first] + one.start
                    end = starts[one.last - wanted.first] + one.end
                    yield Piece(text[done:start])
                    yield Piece(text[start:end], one.thing)
                    done = end
        yield Piece(text[done:])


def link_text(site: Site, source: SourceText) -> LinkedText:
    """A source text with the mentions of everything that has a name in the editorial graph and is no concept."""
    term = site.names.term
    naming = f"<{RDFS}label> <{SKOS}altLabel> <{term('acronym')}>"
    named = site.rows(
        f"SELECT DISTINCT ?thing ?name WHERE {{ VALUES ?naming {{ {naming} }} ?thing ?naming ?name "
        f'FILTER(STRSTARTS(STR(?thing), "{site.names.things}")) '
        f"FILTER EXISTS {{ GRAPH <{site.names.graph('editorial')}> {{ ?thing ?property ?value }} }} "
        f"FILTER NOT EXISTS {{ ?thing <{SKOS}inScheme> ?scheme }} }}"
    )
    titled = site.rows(
        f'SELECT ?language WHERE {{ ?document <{term("sha256")}> "{source.sha256}" ; <{term("title")}> ?title '
        "BIND(LANG(?title) AS ?language) } ORDER BY ?language LIMIT 1"
    )
    language = titled[0]["language"]["value"] if titled else ""
    return LinkedText(source, ((row["thing"]["value"], row["name"]["value"]) for row in named), language)
