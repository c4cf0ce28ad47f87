"""Terms as N-Triples text, the form in which submitted statements are held: small, hashable, known to every engine."""

from __future__ import annotations

import re

from citydiplomacy.names import RDF, RDFS, XSD, Names

Statement = tuple[str, str, str, str]
"""Subject, predicate, object and graph ("" for none), each in N-Triples syntax."""

TYPE = f"<{RDF}type>"
LABEL = f"<{RDFS}label>"
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f]')
SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


def iri(text: str) -> str:
    """An IRI as a term."""
    return f"<{text}>"


def plain(term: str) -> str:
    """A term without its syntax: the IRI, the blank node's label, the literal's text."""
    if term[:1] == "<":
        return term[1:-1]
    if term[:1] == '"':
        return literal_parts(term)[0]
    return term


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """A literal as the canonical N-Triples term that the engine writes for it."""
    quoted = f'"{TO_ESCAPE.sub(_escape, text)}"'
    if language:
        return f"{quoted}@{language.lower()}"
    return f"{quoted}^^<{datatype}>" if datatype and datatype != XSD + "string" else quoted


def literal_parts(term: str) -> tuple[str, str, str]:
    """Text, language and datatype of a literal."""
    match = LITERAL.fullmatch(term)
    if match is None:
        raise ValueError(f"{term} is no literal")
    text, language, datatype = match.groups()
    return unescape(text), language or "", datatype or ""


def unescape(text: str) -> str:
    """A string without its escapes; ValueError for one that stands for no character."""
    return ESCAPE.sub(_unescape, text) if "\\" in text else text


def shown(term: str, names: Names) -> str:
    """A term for people: a prefixed name, or the literal's text in quotation marks, cut where it is long."""
    if term[:1] == "<":
        return names.shorten(term[1:-1])
    if term[:1] == '"':
        text, language, datatype = literal_parts(term)
        text = text if len(text) <= 60 else text[:59] + "…"
        return f'"{text}"' + (f"@{language}" if language else f"^^{names.shorten(datatype)}" if datatype else "")
    return term


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    if match[3] not in ESCAPES:
        raise ValueError(f"\\{match[3]} is no escape")
    return ESCAPES[match[3]]


def _escape(match: re.Match[str]) -> str:
    return SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"
