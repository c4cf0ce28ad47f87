"""N-Triples and N-Quads line by line: the place of every term, and what is wrong with a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citydiplomacy.submission.places import Stated
from citydiplomacy.submission.terms import iri, literal, unescape
from citydiplomacy.submission.tokens import Slip

IRI = r"<(?:[^<>\"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"
BLANK = r"_:[^\s<>\"]*[^\s<>\".]"
QUOTED = r'"(?:[^"\\\n\r]++|\\.)*+"'
LINE = re.compile(
    rf"[ \t]*(?P<s>{IRI}|{BLANK})[ \t]*(?P<p>{IRI})[ \t]*"
    rf"(?P<o>{IRI}|{BLANK}|{QUOTED}(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{IRI})?)[ \t]*"
    rf"(?P<g>{IRI}|{BLANK})?[ \t]*\.[ \t]*(?:\#.*)?"
)
ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
EMPTY = re.compile(r"[ \t]*(?:#.*)?")
GRAPH = re.compile(rf"[ \t]*({IRI}|{BLANK})")
STEPS = (
    ("subject", re.compile(rf"[ \t]*({IRI}|{BLANK})")),
    ("predicate", re.compile(rf"[ \t]*({IRI})")),
    ("object", re.compile(rf"[ \t]*({IRI}|{BLANK}|{QUOTED}(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{IRI})?)")),
)


def stated(text: str) -> Iterator[Stated]:
    """The statements of the lines that are right."""
    for offset, line in _lines(text):
        match = LINE.fullmatch(line)
        if match:
            spans = tuple((offset + match.start(name), offset + match.end(name)) for name in "spo")
            graph = _term(match["g"]) if match["g"] else ""
            spans += ((offset + match.start("g"), offset + match.end("g")),) if graph else ()
            yield Stated((_term(match["s"]), _term(match["p"]), _term(match["o"]), graph), spans)


def slips(text: str, most: int = 100) -> list[Slip]:
    """What is wrong with the lines that are not, one error a line."""
    found: list[Slip] = []
    for offset, line in _lines(text):
        slip = _slip(line, offset)
        if slip:
            found.append(slip)
            if len(found) == most:
                break
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.splitlines(keepends=True) if "\r" in text else text.split("\n"):
        bare = line.rstrip("\r\n")
        if bare:
            yield offset, bare
        offset += len(line) + ("\r" not in text)


def _slip(line: str, offset: int) -> Slip | None:
    if EMPTY.fullmatch(line):
        return None
    position = 0
    for name, pattern in STEPS:
        match = pattern.match(line, position)
        if match is None:
            return _unfit(line, position, offset, name)
        if match[1][0] == "<" and not ABSOLUTE.match(match[1]):
            return Slip("syntax-relative", offset + match.start(1), {"iri": match[1]})
        position = match.end()
    if LINE.fullmatch(line):
        return None
    graph = GRAPH.match(line, position)
    position = graph.end() if graph else position
    return _unfit(line, position, offset, ".")


def _unfit(line: str, position: int, offset: int, expected: str) -> Slip:
    """The error at the first character that does not fit."""
    while line[position : position + 1] in (" ", "\t"):
        position += 1
    rest = line[position:]
    if not rest:
        return Slip("syntax-end-of-line", offset + len(line), {"expected": expected})
    if rest[0] == '"' and expected == "object":
        return Slip("syntax-string", offset + position)
    if rest[0] == "<" and not re.match(IRI, rest):
        return Slip("syntax-iri", offset + position, {"iri": rest.split(">")[0][:80] + ">"})
    return Slip("syntax-expected", offset + position, {"expected": expected, "found": rest.split()[0][:60]})


def _term(text: str) -> str:
    """A term as the engine writes it."""
    if text[0] == "<":
        return iri(unescape(text[1:-1]))
    if text[0] == "_":
        return text
    end = text.rindex('"')
    tail = text[end + 1 :]
    try:
        words = unescape(text[1:end])
    except ValueError:
        words = text[1:end]
    return literal(words, tail[1:] if tail[:1] == "@" else "", tail[3:-1] if tail[:2] == "^^" else "")
