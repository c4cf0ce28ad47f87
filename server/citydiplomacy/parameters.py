"""Parameters of canned queries: their kinds, and a value as a term in SPARQL's syntax, never as pasted text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from citydiplomacy.errors import BadParameter
from citydiplomacy.findings import closest
from citydiplomacy.names import XSD, Names
from citydiplomacy.nquads import ABSOLUTE_IRI, literal

SLUG = re.compile(r"[\w-]+")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


class Kind(StrEnum):
    """What a parameter's value may be."""

    IRI = "iri"
    STRING = "string"
    LANGUAGE = "language"
    INTEGER = "integer"
    YEAR = "year"
    DATE = "date"


@dataclass(frozen=True)
class Parameter:
    """One parameter. ``class_name`` names the class whose members an IRI parameter offers."""

    name: str
    kind: Kind
    label: Mapping[str, str]
    default: str | None = None
    allowed: tuple[str, ...] = ()
    class_name: str | None = None
    required: bool = False

    def term(self, value: str, names: Names) -> str:
        """The value as a SPARQL term; BadParameter where it is none of this parameter's kind."""
        if self.allowed and value not in self.allowed:
            hint = closest(value, list(self.allowed))
            raise BadParameter(f"{self.name} is one of {', '.join(self.allowed)}, not {value!r}.", hint=hint or None)
        try:
            return _term(self.kind, value, names)
        except ValueError as error:
            raise BadParameter(f"{self.name}: {error}") from None


def _term(kind: Kind, value: str, names: Names) -> str:
    """``value`` as a term in SPARQL's syntax; ValueError says what is wrong with it."""
    match kind:
        case Kind.IRI:
            iri = value.removeprefix("id:") if value.startswith("id:") else value
            if SLUG.fullmatch(iri):
                iri = names.things + iri
            if not ABSOLUTE_IRI.fullmatch(iri):
                raise ValueError(f"{value!r} is neither an IRI nor a name like mayors-mechanism.")
            return f"<{iri}>"
        case Kind.STRING:
            return _literal(value)
        case Kind.LANGUAGE:
            if not LANGUAGE.fullmatch(value):
                raise ValueError(f"{value!r} is no language tag like de.")
            return _literal(value.lower())
        case Kind.INTEGER:
            if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
                raise ValueError(f"{value!r} is no whole number.")
            return f'"{int(value)}"^^<{XSD}integer>'
        case Kind.YEAR:
            if not re.fullmatch(r"[0-9]{4}", value):
                raise ValueError(f"{value!r} is no year like 2018.")
            return f'"{value}"^^<{XSD}gYear>'
        case Kind.DATE:
            datetime.date.fromisoformat(value)
            return f'"{value}"^^<{XSD}date>'


def _literal(text: str) -> str:
    """A string literal; ValueError for a text that can be none."""
    if "\x00" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise ValueError("the text has characters that RDF does not allow.")
    return literal(text)
