"""Formats an answer can have, and which of them a client's Accept header asks for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One serialisation: its name here, its suffix in URLs and file names, its media type and what else it goes by."""

    name: str
    suffix: str
    media_type: str
    also: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type with its charset, where the type is text and has one."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


RESULTS = (
    Format("json", "json", "application/sparql-results+json", ("application/json",)),
    Format("xml", "xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Format("csv", "csv", "text/csv"),
    Format("tsv", "tsv", "text/tab-separated-values"),
)
GRAPHS = (
    Format("turtle", "ttl", "text/turtle", ("application/x-turtle", "text/plain")),
    Format("ntriples", "nt", "application/n-triples"),
    Format("rdfxml", "rdf", "application/rdf+xml", ("application/xml", "text/xml")),
    Format("jsonld", "jsonld", "application/ld+json", ("application/json",)),
    Format("trig", "trig", "application/trig", ("application/x-trig",)),
    Format("nquads", "nq", "application/n-quads", ("text/x-nquads",)),
)
HTML = Format("html", "html", "text/html", ("application/xhtml+xml",))
JSON = Format("json", "json", "application/json")
PROBLEM = Format("problem", "json", "application/problem+json", ("application/json",))

RANGE = re.compile(r"\s*(?P<type>[^\s;,/]+)/(?P<subtype>[^\s;,]+)\s*(?P<parameters>(?:;[^,]*)?)")
RANGES_MOST = 100  # elements of an Accept header that are read: thousands take a tenth of a second
QUALITY = re.compile(r";\s*q\s*=\s*(?P<q>[01](?:\.\d{0,3})?|\.\d{1,3})\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How exactly this range names ``media_type``: 0 not at all, 1 ``*/*``, 2 ``text/*``, 3 by name."""
        kind, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (kind, subtype):
            return 3
        if self.subtype == "*":
            return 2 if self.type == kind else int(self.type == "*")
        return 0


def parse_accept(header: str | None) -> list[MediaRange]:
    """The ranges of an Accept header; none, or an empty one, accepts everything. Malformed elements are skipped.

    Those past ``RANGES_MOST`` are, too.
    """
    if not header or not header.strip():
        return [MediaRange("*", "*", 1.0)]
    ranges = []
    for element in header.split(",", RANGES_MOST)[:RANGES_MOST]:
        match = RANGE.fullmatch(element)
        if match:
            quality = QUALITY.search(match["parameters"])
            ranges.append(
                MediaRange(match["type"].lower(), match["subtype"].lower(), float(quality["q"]) if quality else 1.0)
            )
    return ranges


def negotiate(header: str | None, offered: tuple[Format, ...]) -> Format | None:
    """The offered format the client likes best, the earlier one of equals; None where it accepts none of them."""
    ranges = parse_accept(header)
    best, best_quality = None, 0.0
    for one in offered:
        quality = max(_quality(ranges, one.media_type, 1), *(_quality(ranges, other, 3) for other in one.also), 0.0)
        if quality > best_quality:
            best, best_quality = one, quality
    return best


def _quality(ranges: list[MediaRange], media_type: str, least: int) -> float:
    """Quality the client gives a media type: that of its most specific matching range.

    Other names of a format count only where the client writes them out (``least`` 3).
    """
    matching = [(one.specificity(media_type), one.quality) for one in ranges]
    specificity, quality = max(matching, default=(0, 0.0))
    return quality if specificity >= least else 0.0


def by_suffix(suffix: str, offered: tuple[Format, ...]) -> Format | None:
    """The offered format of that suffix or name, as in ``/queries/x/y.csv`` and ``?format=csv``."""
    return next((one for one in offered if suffix in (one.suffix, one.name, one.media_type)), None)
