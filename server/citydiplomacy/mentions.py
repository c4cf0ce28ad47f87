"""Finding names in a scanned text: umlauts lost, words broken at line ends or run together, letters misread.

Text and names are both folded to plain letters and digits. A name is then looked for with the slips that scanning
makes (a vowel that has lost its umlaut, ``l`` for ``I``, ``0`` for ``o``), across line ends, hyphens and spaces.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SHORT = (
    4  # a folded name of so few characters is an acronym or a short word: it must stand as a whole word, in its case
)
SLIPS = {"u": "[uil]", "o": "[o06e]", "i": "[il1]", "l": "[li1]", "s": "(?:s|b)"}
FOLDED = {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "“": "", "’": ""}
ENDINGS = ("", "s", "n", "e", "es", "en", "er")  # shortest first: the word "er" behind a name is none of its endings
SHORT_ENDINGS = ENDINGS[:2]


@dataclass(frozen=True, order=True)
class Mention:
    """A place in the text where a thing is named: the lines it starts and ends on, the thing, and the name found."""

    first: int
    last: int
    thing: str
    name: str


@dataclass(frozen=True, order=True)
class Span:
    """A mention to the character: line and column of its first character, and of the one behind its last.

    Lines are counted from 1, columns from 0.
    """

    first: int
    start: int
    last: int
    end: int
    thing: str
    name: str


class FoldedText:
    """A text as one run of folded characters, each with its line and whether a word starts or ends there.

    ``skip`` are lines to leave out (links, for instance), counted from 1.
    """

    def __init__(self, lines: Iterable[str], skip: frozenset[int] = frozenset()) -> None:
        characters: list[str] = []
        self._starts: set[int] = set()
        self._line_offsets: list[int] = []
        self._columns = array("I")
        inside = False
        for number, line in enumerate(lines, 1):
            self._line_offsets.append(len(characters))
            for column, character in enumerate("" if number in skip else line):
                folded = fold(character)
                if folded and not inside:
                    self._starts.add(len(characters))
                characters += folded
                self._columns.extend([column] * len(folded))
                inside = bool(folded)
            inside = line.rstrip().endswith("-")  # the word goes on in the next line
        self.text = "".join(characters)
        self._lower = self.text.lower()

    def line(self, offset: int) -> int:
        return bisect_right(self._line_offsets, offset)

    def column(self, offset: int) -> int:
        """Where in its line the character stands that an offset was folded from, counted from 0."""
        return self._columns[offset]

    def find(self, name: str) -> Iterator[tuple[int, int]]:
        """Start and end offsets of every place that reads like ``name``, as whole words."""
        folded = fold(name)
        if len(folded) < 2:
            return
        short = len(folded) <= SHORT
        text, endings = (self.text, SHORT_ENDINGS) if short else (self._lower, ENDINGS)
        for match in re.finditer(folded if short else _pattern(folded), text):
            ends = (match.end() + len(ending) for ending in endings if text.startswith(ending, match.end()))
            end = next((end for end in ends if end == len(text) or end in self._starts), None)
            if match.start() in self._starts and end is not None:
                yield match.start(), end


def fold(text: str) -> str:
    """Letters and digits of ``text`` without accents; everything else left out.

    >>> fold("São-Paulo für 2018")
    'SaoPaulofur2018'
    """
    plain = unicodedata.normalize("NFKD", "".join(FOLDED.get(character, character) for character in text))
    return "".join(character for character in plain if character.isascii() and character.isalnum())


def link_lines(texts: list[str]) -> frozenset[int]:
    """The lines that are nothing but a link."""
    return frozenset(number for number, text in enumerate(texts, 1) if text.strip().startswith(("http://", "https://")))


def find_mentions(text: FoldedText, names: Iterable[tuple[str, str]]) -> list[Mention]:
    """Where the things are named; ``names`` are pairs of a thing and one of its names.

    A name inside a longer one of another thing ("UCLG" in "UCLG Africa") is no mention of its own.
    """
    mentions = {
        Mention(text.line(start), text.line(end - 1), thing, name) for start, end, thing, name in _found(text, names)
    }
    return sorted(mentions)


def find_spans(text: FoldedText, names: Iterable[tuple[str, str]]) -> list[Span]:
    """Where the things are named, to the character, in order; of several that overlap the first, longest one."""
    spans: list[Span] = []
    reach = 0
    for start, end, thing, name in _found(text, names):
        if start >= reach:
            reach, last = end, end - 1
            place = (text.line(start), text.column(start), text.line(last), text.column(last) + 1)
            spans.append(Span(*place, thing, name))
    return spans


def _found(text: FoldedText, names: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int, str, str]]:
    """Start and end offset, thing and name of every mention, the first and longest first."""
    found = sorted(
        {(start, end, thing, name) for thing, name in names for start, end in text.find(name)},
        key=lambda span: (span[0], -span[1], span[2], span[3]),
    )
    reach = (-1, -1)
    for start, end, thing, name in found:
        if end > reach[1] or (start, end) == reach:
            reach = (start, end)
            yield start, end, thing, name


def _pattern(folded: str) -> str:
    """What a folded name may have become in the scan, as a regular expression."""
    return "".join(SLIPS.get(character, character) for character in folded.lower())
