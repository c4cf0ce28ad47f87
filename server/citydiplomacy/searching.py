"""Finding things by what they are called: accents folded, slips forgiven, in every language at once, from memory."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from citydiplomacy.mentions import fold

WORD = re.compile(r"\w+")
EXACT, PREFIX, SLIP, STEM = 1.0, 0.8, 0.6, 0.45  # how much a match counts, by its kind
LEAST = 0.45  # of the best hit's score: what is below is left out
LONGEST = 200  # characters of a search text that are read
SMALL = frozenset(  # words that say little: articles, and what questions begin with, by language
    WORD.findall(
        "a an and are by for how in is of on the to what when where which who "
        "das dem den der des die ein eine fur im ist mit und von wann was welche welcher wem wen wer wie wo zu"
    )
)
KIN = 60  # words a beginning may be completed to


@dataclass(frozen=True)
class Entry:
    """One thing: its labels by language, all it is found by, its classes, and how many passages speak of it."""

    iri: str
    labels: Mapping[str, str]
    names: tuple[str, ...]
    classes: frozenset[str] = frozenset()
    passages: int = 0

    def label(self, language: str) -> str:
        """The label in a language, else in English, else in any, else the IRI's end."""
        labels = self.labels
        return labels.get(language) or labels.get("en") or next(iter(labels.values()), re.split("[/#]", self.iri)[-1])


@dataclass(frozen=True)
class Hit:
    """An entry found, how well it fits (from 0 to about 1), the name that did, and whether all of its words did."""

    entry: Entry
    score: float
    name: str
    whole: bool


class Index:
    """Entries by the words of their names."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self._places: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self._lengths: dict[tuple[int, int], int] = {}
        self._pairs: dict[str, set[str]] = defaultdict(set)
        for number, entry in enumerate(self._entries):
            for position, name in enumerate(entry.names):
                found = words(name)
                self._lengths[number, position] = len(found)
                for word in found:
                    self._places[word].add((number, position))
        self._words = sorted(self._places)
        for word in self._words:
            for pair in _pairs(word):
                self._pairs[pair].add(word)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """The entries whose names fit a text best; words that no name has are passed over."""
        scores: dict[tuple[int, int], float] = defaultdict(float)
        matched: dict[tuple[int, int], int] = defaultdict(int)
        total = 0.0
        asked = dict.fromkeys(words(text[:LONGEST]))
        for word in [one for one in asked if one not in SMALL] or asked:
            matches = self._matches(word)
            total += max(map(self._weight, matches), default=0.0)
            for place, score in self._best(matches).items():
                scores[place] += score
                matched[place] += 1
        hits: dict[int, Hit] = {}
        for (number, position), score in scores.items():
            entry = self._entries[number]
            share = min(1.0, matched[number, position] / self._lengths[number, position])
            fit = score / total * (0.55 + 0.45 * share) + 0.02 * math.log1p(entry.passages)
            if number not in hits or fit > hits[number].score:
                hits[number] = Hit(entry, fit, entry.names[position], share == 1.0)
        ordered = sorted(hits.values(), key=lambda hit: (-hit.score, hit.name, hit.entry.iri))
        return [hit for hit in ordered[:limit] if hit.score >= ordered[0].score * LEAST]

    def _best(self, matches: Mapping[str, float]) -> dict[tuple[int, int], float]:
        """The names that have one of these words, each with what the best of them counts."""
        best: dict[tuple[int, int], float] = {}
        for other, quality in matches.items():
            score = quality * self._weight(other)
            for place in self._places[other]:
                best[place] = max(score, best.get(place, 0.0))
        return best

    def _weight(self, word: str) -> float:
        """Rare words say more than frequent ones (inverse document frequency)."""
        return math.log(1 + len(self._entries) / len(self._places[word]))

    def _matches(self, word: str) -> dict[str, float]:
        """The index's words that a word may stand for: itself and what it begins, else its kin, else slips."""
        found = dict.fromkeys(self._beginning(word), PREFIX) if len(word) > 2 else {}
        if word in self._places:
            found[word] = EXACT
        if found:
            return found
        stem = word[: max(4, len(word) - 3)]
        if len(word) > 4:
            found = {other: STEM for other in self._beginning(stem) if len(other) <= len(stem) + 4}
        return found | dict.fromkeys(self._slips(word), SLIP)

    def _beginning(self, start: str) -> list[str]:
        first = bisect_left(self._words, start)
        return [word for word in self._words[first : first + KIN] if word.startswith(start)]

    def _slips(self, word: str) -> Iterator[str]:
        """Words that a slip or two away from ``word``: none for short words, two for long ones."""
        most = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        if not most:
            return
        pairs = _pairs(word)
        shared: dict[str, int] = defaultdict(int)
        for pair in pairs:
            for other in self._pairs.get(pair, ()):
                shared[other] += 1
        for other, count in shared.items():
            near = abs(len(other) - len(word)) <= most and count >= len(pairs) - 2 * most - 1
            if near and distance(word, other) <= most:
                yield other


def words(text: str) -> list[str]:
    """The words of a text, folded: lower case, plain letters.

    >>> words("São-Paulo für UCLG")
    ['sao', 'paulo', 'fur', 'uclg']
    """
    return [folded for word in WORD.findall(text.replace("_", " ")) if (folded := fold(word).lower())]


def distance(one: str, other: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours that lead from one word to the other (Damerau)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        following = [i]
        for j, counterpart in enumerate(other, 1):
            cost = min(row[j] + 1, following[-1] + 1, row[j - 1] + (letter != counterpart))
            if before and i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[place : place + 2] for place in range(len(padded) - 1)}
