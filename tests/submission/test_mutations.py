"""One fault at random in the real data, of the kinds people make: at least 97 of 100 are found, at the right line."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from citydiplomacy.repository import Repository
from citydiplomacy.submission.judging import judge
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.syntaxes import Upload
from citydiplomacy.submission.terms import Statement
from citydiplomacy.submission.turtle import Turtle

Span = tuple[int, int]
COUNT = int(os.environ.get("CITYDIPLOMACY_MUTANTS", "40"))  # 1000: the figure in CONTRIBUTING.md
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ONTOLOGY = "<https://w3id.org/citydiplomacy/ontology#"
NEEDED = ("member", "membershipIn", "leader", "leadershipOf", "host", "hostedEvent", "participant", "participationIn")
NEEDED += ("funder", "engagedActor", "passageOf", "firstLine", "lastLine", "page", "inSection", "sha256", "founds")


@dataclass(frozen=True)
class Mutant:
    """A text with one fault, what kind it is, and the lines at which finding it is right."""

    text: str
    kind: str
    lines: frozenset[int]


class Mutator:
    """Makes faults in one text, by a random generator."""

    def __init__(self, text: str, seed: random.Random) -> None:
        self.text = text
        self._random = seed
        self._turtle = Turtle(text)
        self._spans = list(self._turtle.spans.items())
        self._kinds: tuple[Callable[[], Mutant | None], ...] = (
            self.misspell_term,
            self.misspell_thing,
            self.misspell_class,
            self.retype_text_for_thing,
            self.retype_thing_for_text,
            self.drop_needed,
            self.cut_punctuation,
            self.cut_quote,
            self.swap_case,
            self.swap_scheme,
            self.spoil_language,
            self.spoil_encoding,
            self.spoil_date,
            self.unknown_prefix,
        )

    def mutant(self) -> Mutant:
        while True:
            made = self._random.choice(self._kinds)()
            if made:
                return made

    def _pick(self, wanted: Callable[[Statement], bool]) -> tuple[Statement, tuple[Span, ...]] | None:
        for _ in range(200):
            statement, spans = self._random.choice(self._spans)
            if wanted(statement):
                return statement, spans
        return None

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def _with(self, kind: str, span: tuple[int, int], new: str, *more: int) -> Mutant:
        text = self.text[: span[0]] + new + self.text[span[1] :]
        return Mutant(text, kind, frozenset({self._line(span[0]), *more}))

    def _misspelt(self, word: str) -> str:
        """A word with two neighbouring letters swapped, one left out, or one doubled."""
        if len(word) < 4:
            return word + "qq"
        position = self._random.randrange(1, len(word) - 1)
        before, letter, after = word[:position], word[position], word[position + 1 :]
        choices = [before + after, before + letter + letter + after]
        if after and after[0] != letter:
            choices.append(before + after[0] + letter + after[1:])
        return self._random.choice(choices)

    def misspell_term(self) -> Mutant | None:
        found = self._pick(lambda one: one[1].startswith(ONTOLOGY))
        if not found:
            return None
        span = found[1][1]
        prefix, _, local = self.text[span[0] : span[1]].partition(":")
        return self._with("misspelt property", span, f"{prefix}:{self._misspelt(local)}") if len(local) > 4 else None

    def misspell_class(self) -> Mutant | None:
        found = self._pick(lambda one: one[1] == TYPE and one[2].startswith(ONTOLOGY))
        if not found:
            return None
        span = found[1][2]
        return self._with("misspelt class", span, ":" + self._misspelt(self.text[span[0] + 1 : span[1]]))

    def misspell_thing(self) -> Mutant | None:
        found = self._pick(lambda one: one[1].startswith(ONTOLOGY) and "/id/" in one[2])
        if not found:
            return None
        span = found[1][2]
        return self._with("misspelt thing", span, "id:" + self._misspelt(self.text[span[0] + 3 : span[1]]) + "q")

    def retype_text_for_thing(self) -> Mutant | None:
        found = self._pick(lambda one: one[1].startswith(ONTOLOGY) and "/id/" in one[2])
        return self._with("text for a thing", found[1][2], '"somebody"') if found else None

    def retype_thing_for_text(self) -> Mutant | None:
        found = self._pick(
            lambda one: one[1].endswith(("#firstLine>", "#lastLine>", "#page>")) and "/passage/" in one[0]
        )
        if not found:
            return None
        return self._with("text for a number", found[1][2], '"seven"', self._line(found[1][0][0]))

    def drop_needed(self) -> Mutant | None:
        """Leaves out ``predicate object ;`` of a node that needs it."""
        found = self._pick(lambda one: one[1][len(ONTOLOGY) : -1] in NEEDED and one[3] != "")
        if not found:
            return None
        (subject, predicate, _, _), spans = found
        if sum(one[0] == subject and one[1] == predicate for one, _ in self._spans) > 1 or "/source/" in subject:
            return None
        after = re.compile(r"\s*;\s*").match(self.text, spans[2][1])
        if after is None or self.text[: spans[1][0]].rstrip()[-1:] != ";":
            return None
        same = {self._line(where[0][0]) for one, where in self._spans if one[0] == subject}
        line = self._line(spans[1][0])
        lost = self.text.count("\n", spans[1][0], after.end())
        moved = {one if one <= line else one - lost for one in same}
        return self._with("dropped statement", (spans[1][0], after.end()), "", *moved)

    def cut_punctuation(self) -> Mutant | None:
        places = [match.start() for match in re.finditer(r"(?<= )[;.](?=\s+[^\s}])", self.text)]
        position = self._random.choice(places)
        behind = re.compile(r"\s*").match(self.text, position + 1)
        following = self._line(behind.end() if behind else position)
        return self._with("cut punctuation", (position, position + 1), "", following)

    def cut_quote(self) -> Mutant | None:
        found = self._pick(lambda one: one[2][0] == '"' and "@" in one[2])
        if not found:
            return None
        start = found[1][2][0]
        end = self.text.index('"', start + 1) if self.text[start] == '"' else -1
        return self._with("cut quotation mark", (end, end + 1), "") if end > 0 else None

    def swap_case(self) -> Mutant | None:
        found = self._pick(lambda one: one[1] == TYPE and one[2].startswith(ONTOLOGY))
        if not found:
            return None
        span = found[1][2]
        local = self.text[span[0] + 1 : span[1]]
        return self._with("small letter", span, ":" + local[0].lower() + local[1:])

    def swap_scheme(self) -> Mutant | None:
        found = self._pick(lambda one: one[1].startswith(ONTOLOGY))
        return self._with("http for https", found[1][1], found[0][1].replace("https:", "http:")) if found else None

    def spoil_language(self) -> Mutant | None:
        found = self._pick(lambda one: one[2].endswith(("@en", "@de")))
        if not found:
            return None
        end = found[1][2][1]
        return self._with(
            "language tag",
            (found[1][2][0], end),
            self.text[found[1][2][0] : end - 2] + self._random.choice(["eng", "ger", "english"]),
        )

    def spoil_encoding(self) -> Mutant | None:
        found = self._pick(lambda one: any(letter in one[2] for letter in "äöüßé") and "@" in one[2])
        if not found:
            return None
        span = found[1][2]
        return self._with("broken letters", span, self.text[span[0] : span[1]].encode().decode("cp1252", "replace"))

    def spoil_date(self) -> Mutant | None:
        found = self._pick(lambda one: one[2].endswith("#gYear>"))
        return self._with("year as text", found[1][2], found[0][2].partition("^^")[0]) if found else None

    def unknown_prefix(self) -> Mutant | None:
        found = self._pick(lambda one: "/id/" in one[0])
        if not found:
            return None
        span = found[1][0]
        return self._with("unknown prefix", span, "ids" + self.text[span[0] + 2 : span[1]])


def test_faults_in_the_real_data_are_found_at_their_line(real_repository: Repository, real: Published) -> None:
    seed = random.Random(5)  # noqa: S311 (the same faults each time)
    alone = real.without_data()
    uploads = [Upload(real_repository.relative(path), path.read_bytes()) for path in real_repository.data_files]
    known = {(one.file, one.code, one.focus_node) for one in judge(uploads, alone).findings}
    mutators = {one.name: Mutator(one.data.decode(), seed) for one in uploads if "/claims/" in one.name}
    missed: list[str] = []
    kinds: Counter[str] = Counter()
    for _ in range(COUNT):
        name = seed.choice(sorted(mutators))
        mutant = mutators[name].mutant()
        changed = [Upload(name, mutant.text.encode()) if one.name == name else one for one in uploads]
        found = judge(changed, alone).findings
        new = [one for one in found if (one.file, one.code, one.focus_node) not in known]
        kinds[mutant.kind] += 1
        if not any(one.file == name and one.line in mutant.lines for one in new):
            told = "; ".join(f"{one.file}:{one.line} {one.code}" for one in new[:3])
            missed.append(f"{mutant.kind} at {name}:{sorted(mutant.lines)}: {told or 'nothing'}")
    assert len(missed) <= COUNT * 0.03, "\n".join(missed)
    assert len(kinds) >= 10
