"""The tokens of Turtle and TriG (https://www.w3.org/TR/turtle/#terminals), and how to go on after an error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

START = r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"  # noqa: E501 (PN_CHARS_BASE)
CHARS = START + r"_\-0-9\u00B7\u0300-\u036F\u203F\u2040"
ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
LOCAL = rf"(?:[{START}_0-9:]|{ESCAPED})(?:(?:[{CHARS}:]|{ESCAPED}|\.+(?=[{CHARS}:%\\]))*)"
LONGEST = 2000  # characters of a line that are looked at for the end of an IRI
TOKEN = rf"""(?P<space>(?:[ \t\r\n]+|\#[^\n\r]*)+)
    |(?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
    |(?P<pname>(?:[{START}](?:[{CHARS}]|\.+(?=[{CHARS}]))*)?:(?:{LOCAL})?)
    |(?P<bnode>_:[{START}_0-9](?:[{CHARS}]|\.+(?=[{CHARS}]))*)
    |(?P<string>\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]++|\\.|'(?!''))*+'''
        |"(?!"")(?:[^"\\\n\r]++|\\.)*+"|'(?!'')(?:[^'\\\n\r]++|\\.)*+'|""|'')
    |(?P<number>[+-]?(?:[0-9]+\.?[0-9]*[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]*\.[0-9]+|[0-9]+))
    |(?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<word>[A-Za-z]+)
    |(?P<mark>\^\^|[.;,\[\](){{}}])"""


@dataclass(frozen=True)
class Slip:
    """One syntax error: code, offset in the text, the words its message needs, in JSON a pointer."""

    code: str
    offset: int
    values: dict[str, str] = field(default_factory=dict)
    pointer: str = ""


class Stop(Exception):
    """Ends the reading of one statement; never leaves this module."""

    def __init__(self, slip: Slip) -> None:
        self.slip = slip


class Tokens:
    """A text and the token at hand: its kind, its text, where it starts and ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        # compiled here and not when it is loaded: most files are judged without it
        self._token = re.compile(TOKEN, re.VERBOSE | re.DOTALL).match
        self._kind, self._value, self._start, self._end = "", "", 0, 0
        self._inside = False
        self._advance()

    def _advance(self) -> None:
        """Takes the next token; white space and comments are none."""
        position = self._end
        while True:
            match = self._token(self.text, position)
            if match is None:
                break
            position = match.end()
            if match.lastgroup != "space":
                self._kind, self._value = str(match.lastgroup), match[0]
                self._start, self._end = match.span()
                return
        self._start = self._end = position
        self._kind, self._value = ("end", "") if position >= len(self.text) else ("bad", self.text[position])

    def _fail(self, expected: str) -> Stop:
        """The error that fits the token at hand."""
        if self._kind == "end":
            return Stop(Slip("syntax-end", self._start, {"expected": expected}))
        if self._kind == "bad":
            if self._value in "\"'":
                return Stop(Slip("syntax-string", self._start))
            if self._value == "<":
                return Stop(Slip("syntax-iri", self._start, {"iri": self._line().split(">")[0][:80] + ">"}))
            character = self._value if self._value.isprintable() else f"U+{ord(self._value):04X}"
            return Stop(Slip("syntax-character", self._start, {"character": character}))
        return Stop(Slip("syntax-expected", self._start, {"expected": expected, "found": self._value[:60]}))

    def _line(self) -> str:
        """The rest of the line, of a long one what an error needs."""
        line = self.text[self._start : self._start + LONGEST]
        return line.split("\n", 1)[0]

    def _unfit(self) -> int:
        """How many characters a text or IRI that can not be read takes: an open text its line, an IRI up to its end."""
        if self._value == "<":
            line = self._line()
            return line.find(">") + 1 or len(line)
        if self._value in "\"'":
            end = self.text.find("\n", self._start)
            return (end if end >= 0 else len(self.text)) - self._start
        return 1

    def _recover(self) -> None:
        """Goes on behind the next full stop, or before the next line that can only begin something new."""
        while self._kind != "end":
            if self._kind == "bad":
                self._end = self._start + self._unfit()
            elif self._value == "." and self._kind == "mark":
                self._advance()
                return
            elif self._is("}"):
                if not self._inside:
                    self._advance()
                return
            elif self._is("{"):
                self._inside = True
                self._advance()
                return
            elif self._value.lower() in ("@prefix", "@base") and self.text[self._start - 1 : self._start] in ("", "\n"):
                self._inside = False
                return
            self._advance()

    def _is(self, mark: str) -> bool:
        return self._kind == "mark" and self._value == mark

    def _take(self, mark: str) -> None:
        if not self._is(mark):
            raise self._fail(mark)
        self._advance()
