"""Terms as N-Triples text, the form in which submitted statements are held: small, hashable, known to every engine."""

from __future__ import annotations

from citydiplomacy.names import RDF, RDFS, XSD, Names
from citydiplomacy.nquads import iri, literal, literal_of, unescape
from citydiplomacy.nquads import value_of as plain

__all__ = ["LABEL", "TRUE", "TYPE", "Statement", "iri", "literal", "literal_of", "plain", "shown", "unescape"]

Statement = tuple[str, str, str, str]
"""Subject, predicate, object and graph ("" for none), each in N-Triples syntax."""

TYPE = f"<{RDF}type>"
LABEL = f"<{RDFS}label>"
TRUE = f'"true"^^<{XSD}boolean>'


def shown(term: str, names: Names) -> str:
    """A term for people: a prefixed name, or the literal's text in quotation marks, cut where it is long."""
    if term[:1] == "<":
        return names.shorten(term[1:-1])
    parts = literal_of(term)
    if parts is None:
        return term
    text = parts.text if len(parts.text) <= 60 else parts.text[:59] + "…"
    if parts.language:
        return f'"{text}"@{parts.language}'
    return f'"{text}"' if parts.datatype == XSD + "string" else f'"{text}"^^{names.shorten(parts.datatype)}'
