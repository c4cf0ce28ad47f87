"""Terms and statements as canonical N-Quads write them (https://www.w3.org/TR/rdf-canon/#canonical-quads)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from citydiplomacy.names import RDF, XSD

ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]*")
LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z0-9-]+)|\^\^<(?P<datatype>[^>]*)>)?', re.DOTALL)
ESCAPE = re.compile(r"\\(?:u(?P<four>[0-9A-Fa-f]{4})|U(?P<eight>[0-9A-Fa-f]{8})|(?P<letter>.))", re.DOTALL)
LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


class Statement(NamedTuple):
    """One quad; each term as N-Quads write it (``<iri>``, ``_:label``, ``"text"@en``)."""

    subject: str
    predicate: str
    object: str
    graph: str

    @property
    def triple(self) -> tuple[str, str, str]:
        return self.subject, self.predicate, self.object

    @property
    def line(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} {self.graph} .\n"


class LiteralParts(NamedTuple):
    """A literal's text, its language tag ("" for none) and its datatype's IRI."""

    text: str
    language: str
    datatype: str


def statements(lines: Iterable[str]) -> Iterator[Statement]:
    """The statements of canonical N-Quads lines, each of which stands in a named graph."""
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        value, graph, _ = rest.rsplit(" ", 2)
        yield Statement(subject, predicate, value, graph)


def lines_of(text: str) -> list[str]:
    r"""The lines of a text, each with its end. Only ``\n`` ends one: literals may hold Unicode's other separators.

    >>> lines_of("a\u2028b\nc\n")
    ['a\u2028b\n', 'c\n']
    """
    return io.StringIO(text, newline="\n").readlines()


def encoded(texts: Iterable[str]) -> bytes:
    """Texts as one in UTF-8, which is never held twice."""
    out = io.BytesIO()
    out.writelines(text.encode() for text in texts)
    return out.getvalue()


def merged(lines: Iterable[str]) -> Iterator[str]:
    """The merge of all graphs as N-Triples lines, sorted and none twice; N-Quads lines in, sorted.

    >>> list(merged(['<urn:s> <urn:p> "a" <urn:g> .\\n', '<urn:s> <urn:p> "a" <urn:h> .\\n']))
    ['<urn:s> <urn:p> "a" .\\n']
    """
    last = ""
    for line in lines:
        triple = f"{line[: line.rindex(' <')]} .\n"
        if triple != last:  # the same triple in another graph is the next line
            yield triple
        last = triple


def triples(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The triples of N-Triples lines as ``merged`` writes them, each term as it stands there."""
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        yield subject, predicate, rest[:-3]


def graph_of(line: str) -> str:
    """The IRI of the graph that a line's statement stands in.

    >>> graph_of('<urn:s> <urn:p> "a b" <urn:g> .')
    'urn:g'
    """
    return line.rsplit(" ", 2)[1][1:-1]


def is_in_graph(line: str) -> bool:
    """Whether a line's statement stands in a graph that has an IRI.

    >>> [is_in_graph(line) for line in ('<urn:s> <urn:p> <urn:g> .', '<urn:s> <urn:p> "a <b>" .')]
    [False, False]
    """
    rest = line.split(" ", 2)[2].rsplit(" ", 2)
    return len(rest) == 3 and rest[1].startswith("<") and rest[1].endswith(">")


def iri_of(term: str) -> str | None:
    """The IRI a term is; None for literals and blank nodes."""
    return term[1:-1] if term.startswith("<") else None


def literal_of(term: str) -> LiteralParts | None:
    """The parts of a literal; None for IRIs and blank nodes."""
    match = LITERAL.fullmatch(term)
    if not match:
        return None
    language = match["language"] or ""
    datatype = match["datatype"] or (RDF + "langString" if language else XSD + "string")
    return LiteralParts(unescape(match["text"]), language, datatype)


def value_of(term: str) -> str:
    """A term as a plain value: the IRI, the literal's text, or the blank node's label."""
    parts = literal_of(term)
    return parts.text if parts else iri_of(term) or term


def iri(value: str) -> str:
    """An IRI as N-Quads write it."""
    return f"<{value}>"


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """A literal in canonical form: nothing escaped that need not be, the language tag in lower case."""
    quoted = f'"{TO_ESCAPE.sub(_escape, text)}"'
    if language:
        return f"{quoted}@{language.lower()}"
    return f"{quoted}^^<{datatype}>" if datatype and datatype != XSD + "string" else quoted


def unescape(text: str) -> str:
    """A string without its escapes; ValueError for one that stands for no character."""
    return ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    code = match["four"] or match["eight"]
    if code:
        return chr(int(code, 16))
    if match["letter"] not in LETTERS:
        raise ValueError(f"\\{match['letter']} is no escape")
    return LETTERS[match["letter"]]


def _escape(match: re.Match[str]) -> str:
    return SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"
