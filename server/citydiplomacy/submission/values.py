"""Values that contradict the ontology: texts where a property relates things, things where it has texts or numbers, and
values that are none of its datatype."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from citydiplomacy.names import XSD
from citydiplomacy.submission.problems import Problem, at
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import Statement, iri, literal_of

INTEGERS = {"integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"}
INTEGERS |= {"negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"}
WITHIN = {
    "integer": INTEGERS,
    "decimal": INTEGERS | {"decimal"},
    "string": {"string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"},
}
LEXICAL = {"decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"), "boolean": re.compile("true|false|1|0")}
LEXICAL |= dict.fromkeys(INTEGERS, re.compile(r"[+-]?\d+"))


def check_values(statements: Iterable[Statement], published: Published) -> Iterator[Problem]:
    """One finding a statement whose value its property can not have."""
    kinds = {iri(term): found for term, found in published.declared.items()}
    things = {term for term, found in kinds.items() if "ObjectProperty" in found}
    texts = {term for term, found in kinds.items() if "DatatypeProperty" in found}
    usual = {term: _usual(datatype) for term, datatype in published.datatypes.items()}
    for statement in statements:
        predicate, value = statement[1], statement[2]
        if value[0] != '"':
            if predicate in texts:
                yield at(statement, "thing-for-text", "object", term=predicate, value=value)
        elif predicate in things:
            yield at(statement, "text-for-thing", "object", term=predicate, value=value)
        elif predicate in usual and not usual[predicate].fullmatch(value):
            datatype = published.datatypes[predicate]
            if not _fits(value, datatype):
                yield at(statement, "datatype-clash", "object", term=predicate, value=value, datatype=iri(datatype))


def _usual(datatype: str) -> re.Pattern[str]:
    """What most values of a datatype look like, as terms: quick to tell."""
    name = datatype.removeprefix(XSD)
    if name == "string":
        return re.compile(r'"[^"\\]*"')
    words = LEXICAL[name].pattern if name in LEXICAL else '[^"]*'
    return re.compile(rf'"(?:{words})"\^\^<{re.escape(datatype)}>')


def _fits(value: str, datatype: str) -> bool:
    """Whether a literal is a value of a datatype, by its own datatype and by how it is written."""
    parts = literal_of(value)
    if parts is None:
        return False
    own, wanted = parts.datatype.removeprefix(XSD), datatype.removeprefix(XSD)
    lexical = LEXICAL.get(own)
    return own in WITHIN.get(wanted, {wanted}) and (lexical is None or bool(lexical.fullmatch(parts.text)))
