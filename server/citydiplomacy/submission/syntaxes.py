"""Reading what was sent: which RDF syntax it is, its statements, and every error with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath

from citydiplomacy.errors import UnsupportedMediaType
from citydiplomacy.media import GRAPHS, Format
from citydiplomacy.store import statements_of
from citydiplomacy.submission import jsonld, nquads
from citydiplomacy.submission.places import Lines, Places, Stated
from citydiplomacy.submission.problems import Place, Problem
from citydiplomacy.submission.rdfxml import RdfXml
from citydiplomacy.submission.terms import Statement
from citydiplomacy.submission.tokens import Slip
from citydiplomacy.submission.turtle import Turtle
from citydiplomacy.submission.uploads import Upload

FORMATS = {one.name: one for one in GRAPHS}
SUFFIXES = {one.suffix: one for one in GRAPHS} | {
    name: FORMATS[syntax]
    for name, syntax in (("owl", "rdfxml"), ("xml", "rdfxml"), ("json", "jsonld"), ("n3", "turtle"))
}
VAGUE = {"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data"}
XML_START = re.compile(r"\s*<(\?xml|!DOCTYPE|!--|(\w+:)?RDF[\s>])")
JSON_START = re.compile(r'\s*(\{\s*("|\})|\[\s*(\{|\]))')
LINE_TEXT = ("ntriples", "nquads")
TURTLES = ("turtle", "trig")
MENDED = (*TURTLES, *LINE_TEXT)  # in the others a term can be written in many ways: only their writer can mend them


@dataclass
class Document:
    """A file that was read: its syntax and how that was known, its statements, and what is wrong with its text.

    ``problems`` kept it from being read, ``remarks`` did not.
    """

    name: str
    text: str
    syntax: str
    known_by: str
    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    about: set[str] = field(default_factory=set)

    @cached_property
    def turtle(self) -> Turtle:
        """The text read for places (Turtle and TriG only)."""
        return Turtle(self.text)

    @cached_property
    def rdfxml(self) -> RdfXml:
        """The text read for places and dangers (RDF/XML only)."""
        return RdfXml(self.text)

    @cached_property
    def places(self) -> Places:
        """Where the statements with terms in ``about`` stand (all, if that is empty); made when first asked for."""
        about, stated = self.about, self._stated()
        return Places(self.text, (one for one in stated if not about or not about.isdisjoint(one.statement)))

    def _stated(self) -> Iterable[Stated]:
        if self.syntax in TURTLES:
            return (Stated(statement, spans) for statement, spans in self.turtle.spans.items())
        if self.syntax in LINE_TEXT:
            return nquads.stated(self.text)
        return jsonld.stated(self.text) if self.syntax == "jsonld" else self.rdfxml.stated


def read(upload: Upload) -> Document:
    """Reads a file. What is wrong with its text is in ``problems``; then ``statements`` is empty.

    UnsupportedMediaType where it is said to be something that is no RDF.
    """
    bare = upload.data.removeprefix(b"\xef\xbb\xbf")
    text = bare.decode("utf-8", "replace")
    chosen, known_by = syntax_of(upload, text)
    document = Document(upload.name, text, chosen.name, known_by)
    try:
        bare.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = len(bare[: error.start].decode("utf-8", "replace"))
        _note(document, [Slip("not-utf-8", offset, {"byte": f"0x{bare[error.start]:02X}"})])
        return document
    before = _unsafe(document)
    if before:
        _note(document, before)
    else:
        _read_statements(document, bare)
    return document


def _read_statements(document: Document, bare: bytes) -> None:
    """Lets the engine read a text; where it can not, notes every error."""
    try:
        document.statements = list(statements_of(bare, "trig" if document.syntax == "turtle" else document.syntax))
    except SyntaxError as error:
        _note(document, _slips(document, error))
        return
    except MemoryError as error:  # of the engine's own: its buffer is for one term
        if "buffer" not in str(error):
            raise
        longest = max(document.text.split("\n"), key=len)
        _note(document, [Slip("syntax-long", document.text.index(longest))])
        return
    if document.syntax == "jsonld":
        _note(document, jsonld.unmapped(document.text), document.remarks)
    if not document.statements:
        _note(document, [Slip("nothing-stated", 0)])
    if any(" " in value and value[0] == "<" for *_, value, _ in document.statements):
        _note(document, _slips(document, SyntaxError("triple terms")))
        document.statements = []
    elif document.syntax in TURTLES and _has_blanks(document.statements):
        _name_blanks(document)


def _name_blanks(document: Document) -> None:
    """Gives blank nodes the names under which their places are known."""
    if not document.turtle.slips:
        document.statements = document.turtle.statements
    else:
        _note(document, [slip for slip in document.turtle.slips if slip.code == "syntax-depth"])


def syntax_of(upload: Upload, text: str) -> tuple[Format, str]:
    """The syntax of a file, and what it was known by: ``header``, ``suffix`` or ``content``."""
    said = upload.said.partition(";")[0].strip().lower()
    if said not in VAGUE:
        for one in GRAPHS:
            if said in (one.name, one.media_type, *(other for other in one.also if other != "text/plain")):
                return one, "header"
        offered = ", ".join(one.media_type for one in GRAPHS)
        raise UnsupportedMediaType(f"{upload.name}: {said} is no RDF syntax that is read here. There are: {offered}.")
    suffix = PurePath(upload.name).suffix[1:].lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix], "suffix"
    return FORMATS[_sniff(text)], "content"


def _sniff(text: str) -> str:
    head = text[:4096]
    if XML_START.match(head):
        return "rdfxml"
    if JSON_START.match(head):
        return "jsonld"
    lines = [line for line in head.split("\n")[:-1] or [head] if line.strip() and not line.startswith("#")]
    matches = [nquads.LINE.fullmatch(line.rstrip("\r")) for line in lines]
    if matches and all(matches):
        return "nquads" if any(match["g"] for match in matches if match) else "ntriples"
    return "trig"


def _unsafe(document: Document) -> list[Slip]:
    """What must be known before the engine sees a text: it would expand entities, or nest as deep as it is told."""
    if document.syntax == "jsonld":
        return jsonld.slips(document.text)
    if document.syntax == "rdfxml":
        return document.rdfxml.slips
    return []


def _slips(document: Document, error: SyntaxError) -> list[Slip]:
    """All errors of a text that the engine could not read to its end."""
    if document.syntax in TURTLES:
        found = document.turtle.slips
    else:
        found = nquads.slips(document.text) if document.syntax in LINE_TEXT else []
    if found:
        return found
    reason = str(error.msg)
    if error.lineno:
        reason = reason.partition(": ")[2] or reason
        return [Slip("syntax", Lines(document.text).offset(error.lineno, error.offset or 1), {"reason": reason})]
    if document.syntax == "jsonld":
        offset, pointer = jsonld.suspect(document.text, reason)
        return [Slip("syntax", offset, {"reason": reason}, pointer)]
    return [Slip("syntax", _suspect(document, reason), {"reason": reason})]


def _suspect(document: Document, reason: str) -> int:
    """The offset of what the engine's words are about, where it does not say: the first thing they name."""
    named = [reason.partition(" is not ")[0], *re.findall(r"[<'](.+?)[>']", reason), *re.findall(r"#(\w+)", reason)]
    found = (document.text.find(one) for one in named)
    return next((offset for offset in found if offset >= 0), 0)


def _note(document: Document, slips: list[Slip], problems: list[Problem] | None = None) -> None:
    """Adds slips to the problems of a document, or to other ones."""
    lines = Lines(document.text)
    for slip in slips:
        offset = min(slip.offset, len(document.text.rstrip()))
        place: Place = lines.place((offset, offset + 1), slip.pointer)
        found = document.problems if problems is None else problems
        found.append(Problem(slip.code, values=slip.values, file=document.name, place=place))


def _has_blanks(statements: list[Statement]) -> bool:
    return any(subject[0] == "_" or value[0] == "_" for subject, _, value, _ in statements)
