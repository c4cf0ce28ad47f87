"""RDF/XML: where its statements stand, and what no XML from strangers may do (entities that expand, outside files).

The engine reads it; expat, walked here, tells the line of every element (https://www.w3.org/TR/rdf-syntax-grammar/).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.parsers import expat

from citydiplomacy.names import RDF
from citydiplomacy.submission.places import Lines, Stated
from citydiplomacy.submission.terms import TYPE, iri, literal
from citydiplomacy.submission.tokens import Slip

XML = "http://www.w3.org/XML/1998/namespace"
LONGEST_ENTITY, MOST_ENTITIES, MOST_EXPANDED, DEEPEST = 256, 100, 16 * 1024 * 1024, 500
SYNTAX = {RDF + name for name in ("about", "ID", "nodeID", "resource", "datatype", "parseType", "bagID", "aboutEach")}


@dataclass
class _Level:
    """An open element: a node with its name, or a property of one with what it has gathered."""

    node: bool
    name: str
    base: str
    language: str
    span: tuple[int, int]
    subject: str = ""
    text: str = ""
    datatype: str = ""
    literal: bool = False


@dataclass
class RdfXml:
    """What a text states with its lines, and what is wrong with it (the first error only, as XML wants it)."""

    text: str
    stated: list[Stated] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = Lines(self.text)
        self._levels: list[_Level] = []
        self._blank = self._entities = 0
        self._parser = parser = expat.ParserCreate(namespace_separator="")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            parser.Parse(self.text.encode("utf-8"), True)
        except expat.ExpatError as error:
            offset = self._lines.offset(error.lineno, error.offset + 1)
            self.slips.append(Slip("syntax-xml", offset, {"reason": expat.ErrorString(error.code)}))
        except _Refused:
            pass

    def _offset(self) -> int:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        before = self._lines.line(line).encode("utf-8")[:column].decode("utf-8", "ignore")
        return self._lines.offset(line, len(before) + 1)

    def _refuse(self, code: str, **values: str) -> _Refused:
        self.slips.append(Slip(code, self._offset(), values))
        return _Refused()

    def _entity(  # noqa: PLR0913, PLR0917 (expat's)
        self,
        name: str,
        parameter: bool,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None = None,
        notation: str | None = None,
    ) -> None:
        """Short plain entities stand for namespaces in many files; any other, and very many, may be an attack."""
        self._entities += 1
        plain = not (parameter or system) and value is not None and "&" not in value and "%" not in value
        if not plain or len(value or "") > LONGEST_ENTITY or self._entities > MOST_ENTITIES:
            raise self._refuse("xml-entity", name=name)
        if self.text.count(f"&{name};") * len(value or "") > MOST_EXPANDED:
            raise self._refuse("xml-entity", name=name)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._levels) > DEEPEST:
            raise self._refuse("syntax-depth")
        above = self._levels[-1] if self._levels else None
        offset = self._offset()
        level = _Level(
            node=above is None or not above.node,
            name=name,
            base=attributes.get(XML + "base", above.base if above else ""),
            language=attributes.get(XML + "lang", above.language if above else ""),
            span=(offset, offset + 1 + len(name.rpartition("#")[2].rpartition("/")[2])),
        )
        self._levels.append(level)
        if name == RDF + "RDF" and len(self._levels) == 1:
            level.node = False
        elif level.node:
            self._node(level, attributes, above)
        elif above:
            self._property(level, attributes, above)

    def _node(self, level: _Level, attributes: dict[str, str], above: _Level | None) -> None:
        level.subject = self._subject(level, attributes)
        if above and above.subject:
            self._add(above.subject, above.name, level.subject, above.span)
            above.literal = True
        if level.name != RDF + "Description":
            self._add(level.subject, RDF + "type", level.name, level.span)
        for name, value in attributes.items():
            if name not in SYNTAX and not name.startswith((XML, "xmlns")):
                self._add(level.subject, name, value, level.span, literal(value, level.language))

    def _property(self, level: _Level, attributes: dict[str, str], above: _Level) -> None:
        level.subject = above.subject
        level.datatype = attributes.get(RDF + "datatype", "")
        resource = attributes.get(RDF + "resource")
        kind = attributes.get(RDF + "parseType")
        if resource is not None:
            self._add(above.subject, level.name, urljoin(level.base, resource), level.span)
        elif kind == "Resource":
            level.node = True
            level.subject = self._fresh()
            self._add(above.subject, level.name, level.subject, level.span)
        level.literal = resource is not None or kind is not None

    def _end(self, name: str) -> None:
        level = self._levels.pop()
        if not level.node and level.subject and not level.literal:
            term = literal(level.text, "" if level.datatype else level.language, level.datatype)
            self._add(level.subject, level.name, level.text, level.span, term)

    def _characters(self, text: str) -> None:
        if self._levels and not self._levels[-1].node:
            self._levels[-1].text += text

    def _subject(self, level: _Level, attributes: dict[str, str]) -> str:
        for key, prefix in ((RDF + "about", ""), (RDF + "ID", "#")):
            if key in attributes:
                return urljoin(level.base, prefix + attributes[key])
        return "_:" + attributes[RDF + "nodeID"] if RDF + "nodeID" in attributes else self._fresh()

    def _fresh(self) -> str:
        self._blank += 1
        return f"_:x{self._blank}"

    def _add(self, subject: str, predicate: str, value: str, span: tuple[int, int], term: str = "") -> None:
        node = subject if subject.startswith("_:") else iri(subject)
        verb = TYPE if predicate == RDF + "type" else iri(predicate)
        target = term or (value if value.startswith("_:") else iri(value))
        self.stated.append(Stated((node, verb, target, ""), (span, span, span)))


class _Refused(Exception):
    """Stops expat; never leaves this module."""
