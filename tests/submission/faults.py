"""Faults of the kinds people make, at random places of a text: drop, retype, misspell, swap, cut.

Each breaks a rule for certain, which is told from the ontology, the shapes and the grammar: what is only less or other,
such as an alternative name left out, another true class, or no full stop before a brace, is no fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from submission.mutating import Mutant, Span, Text

from citydiplomacy.submission.terms import LABEL, TYPE, iri

BASE = "https://w3id.org/citydiplomacy/"
ONTOLOGY = f"<{BASE}ontology#"
MISTAKEN = ("eng", "ger", "english", "xx", "deu")


class Mutator(Text):
    """Makes faults in one text."""

    def mutant(self) -> Mutant:
        """A fault of a kind chosen at random."""
        kinds: tuple[Callable[[], Mutant | None], ...] = (
            *(self.drop_value, self.drop_class, self.drop_name),
            *(self.retype_thing, self.retype_number, self.retype_year, self.retype_class),
            *(self.misspell_property, self.misspell_class, self.misspell_thing, self.misspell_prefix),
            *(self.misspell_passage, self.misspell_language, self.misspell_date, self.break_letters),
            *(self.swap_values, self.swap_lines, self.swap_case, self.swap_scheme, self.swap_language),
            *(self.cut_punctuation, self.cut_quote, self.cut_brace, self.cut_file, self.double_value),
        )
        while True:
            made = self.random.choice(kinds)()
            if made:
                return made

    def drop_value(self) -> Mutant | None:
        """The one value of a property that a shape wants."""
        rules = self.rules
        found = self.pick(lambda one: len(rules.values[one[:2]]) == 1 and rules.within(one, rules.needed))
        return self.without("dropped value", found, ";") if found and self._stated_once(found[0][:2]) else None

    def drop_class(self) -> Mutant | None:
        """The class of a thing that has it stated once."""
        found = self.pick(lambda one: one[1] == TYPE and "/id/" in one[0] and len(self.rules.classes[one[0]]) == 1)
        return self.without("dropped class", found, ";") if found else None

    def drop_name(self) -> Mutant | None:
        """The English or the German name of a thing."""
        found = self.pick(lambda one: one[1] == LABEL and one[2].endswith(("@en", "@de")) and "/id/" in one[0])
        tag = found[0][2][-3:] if found else ""
        named = [one for one in self.rules.statements if found and one[:2] == found[0][:2] and one[2].endswith(tag)]
        return self.without("dropped name", found, ",") if found and len(named) == 1 else None

    def _stated_once(self, pair: tuple[str, ...]) -> bool:
        return sum(one[:2] == pair for one in self.rules.statements) == 1

    def retype_thing(self) -> Mutant | None:
        found = self.pick(lambda one: one[1].startswith(ONTOLOGY) and "/id/" in one[2])
        return self.changed("text for a thing", found[1][2], '"somebody"') if found else None

    def retype_number(self) -> Mutant | None:
        found = self.pick(lambda one: one[2].endswith("#integer>") and one[1].startswith(ONTOLOGY))
        return self.changed("text for a number", found[1][2], '"seven"') if found else None

    def retype_year(self) -> Mutant | None:
        found = self.pick(lambda one: one[2].endswith("#gYear>"))
        return self.changed("text for a year", found[1][2], found[0][2].partition("^^")[0]) if found else None

    def retype_class(self) -> Mutant | None:
        """One that excludes what a property of the thing says of its class; the thing has no other class."""
        rules = self.rules
        found = self.pick(lambda one: one[1] == TYPE and "/id/" in one[0] and len(rules.classes[one[0]]) == 1)
        if found is None:
            return None
        said = [one[1] for one, _ in self.spans if one[0] == found[0][0] and one[1] in rules.published.domains]
        unfit = rules.unfit(rules.published.domains[self.random.choice(said)]) if said else []
        new = self.random.choice(unfit) if unfit else ""
        return self.changed("other class", found[1][2], new, self.lines_of(found[0][0])) if new else None

    def misspell_property(self) -> Mutant | None:
        found = self.pick(lambda one: one[1].startswith(ONTOLOGY))
        return self._misspell("misspelt property", found[1][1]) if found else None

    def misspell_class(self) -> Mutant | None:
        found = self.pick(lambda one: one[1] == TYPE and one[2].startswith(ONTOLOGY))
        return self._misspell("misspelt class", found[1][2]) if found else None

    def misspell_thing(self) -> Mutant | None:
        found = self.pick(lambda one: one[1].startswith(ONTOLOGY) and "/id/" in one[2])
        return self._misspell("misspelt thing", found[1][2]) if found else None

    def _misspell(self, kind: str, span: Span) -> Mutant | None:
        prefix, colon, local = self.text[span[0] : span[1]].partition(":")
        words = self.misspelt(local) if colon and "<" not in prefix else ""
        return self.changed(kind, span, f"{prefix}:{words}") if words and not self._is_known(words) else None

    def _is_known(self, words: str) -> bool:
        return (
            iri(f"{BASE}id/{words}") in self.rules.known or f"{BASE}ontology#{words}" in self.rules.published.declared
        )

    def misspell_prefix(self) -> Mutant | None:
        found = self.pick(lambda one: "/id/" in one[0])
        if found is None:
            return None
        start, end = found[1][0]
        return self.changed("misspelt prefix", (start, end), "ids" + self.text[start + 2 : end])

    def misspell_passage(self) -> Mutant | None:
        """The number of a passage, where its graph opens."""
        place = self._place(r"^p:\d+(?= \{)")
        new = f"{place[0]}9{self.random.randrange(10)}" if place else ""
        return self.changed("misspelt passage", place.span(), new) if place else None

    def _place(self, pattern: str) -> re.Match[str] | None:
        places = list(re.finditer(pattern, self.text, re.MULTILINE))
        return self.random.choice(places) if places else None

    def misspell_language(self) -> Mutant | None:
        found = self.pick(lambda one: one[2].endswith(("@en", "@de")))
        return self._in_language("misspelt language", found[1][2], self.random.choice(MISTAKEN)) if found else None

    def swap_language(self) -> Mutant | None:
        """A name in a third language, where only English and German are allowed."""
        found = self.pick(lambda one: one[1] == LABEL and one[2].endswith(("@en", "@de")))
        return self._in_language("third language", found[1][2], "fr") if found else None

    def _in_language(self, kind: str, span: Span, tag: str) -> Mutant:
        return self.changed(kind, span, self.text[span[0] : span[1] - 2] + tag, [self.line(span[1])])

    def misspell_date(self) -> Mutant | None:
        """A date that there is not."""
        found = self.pick(lambda one: one[2].endswith(("#gYear>", "#date>", "#gYearMonth>")))
        if found is None:
            return None
        words, _, kind = found[0][2].partition("^^")
        spoilt = self.random.choice([words[:3] + words[4:], words[:-1] + '-13-40"', words[:-1] + '."'])
        return self.changed("misspelt date", found[1][2], f"{spoilt}^^{kind}")

    def break_letters(self) -> Mutant | None:
        found = self.pick(lambda one: any(letter in one[2] for letter in "äöüßé") and "@" in one[2])
        if found is None:
            return None
        start, end = found[1][2]
        return self.changed("broken letters", (start, end), self.text[start:end].encode().decode("cp1252", "replace"))

    def swap_values(self) -> Mutant | None:
        """The values of two properties of one thing, one of which can not have the other's."""
        ranges, classes = self.rules.published.ranges, self.rules.classes
        found = self.pick(lambda one: one[1] in ranges and "/id/" in one[2])
        if found is None:
            return None
        (subject, predicate, _, graph), spans = found
        others = [
            where[2]
            for one, where in self.spans
            if one[0] == subject and one[3] == graph and one[1] not in (predicate, TYPE) and "/id/" in one[2]
            if self.rules.exclude(classes.get(one[2], ()), ranges[predicate])
        ]
        if not others:
            return None
        first, second = sorted([spans[2], self.random.choice(others)])
        at = [self.text[one[0] : one[1]] for one in (first, second)]
        between = self.text[first[1] : second[0]]
        lines = [self.line(second[0]), self.line(spans[0][0])]
        return self.changed("swapped values", (first[0], second[1]), at[1] + between + at[0], lines)

    def swap_lines(self) -> Mutant | None:
        """The first and the last line of a passage."""
        place = self._place(r":firstLine (\d+)(\s*;\s*):lastLine (\d+)")
        if place is None or int(place[1]) >= int(place[3]):
            return None
        new = f":firstLine {place[3]}{place[2]}:lastLine {place[1]}"
        return self.changed("swapped lines", place.span(), new, [self.line(place.end())])

    def swap_case(self) -> Mutant | None:
        found = self.pick(lambda one: one[1].startswith(ONTOLOGY) or (one[1] == TYPE and one[2].startswith(ONTOLOGY)))
        if found is None:
            return None
        start, end = found[1][2 if found[0][1] == TYPE else 1]
        return self.changed("swapped case", (start, end), ":" + self.text[start + 1 : end].swapcase())

    def swap_scheme(self) -> Mutant | None:
        found = self.pick(lambda one: one[1].startswith(ONTOLOGY))
        return self.changed("http for https", found[1][1], found[0][1].replace("https:", "http:")) if found else None

    def cut_punctuation(self) -> Mutant | None:
        """It is noticed at what follows."""
        place = self._place(r"(?<= )[;.,](?=\s+[^\s}])")
        behind = re.compile(r"\s*").match(self.text, place.end()) if place else None
        return (
            self.changed("cut punctuation", place.span(), "", [self.line(behind.end())]) if place and behind else None
        )

    def cut_quote(self) -> Mutant | None:
        found = self.pick(lambda one: one[2][0] == '"' and "@" in one[2])
        if found is None or self.text[found[1][2][0]] != '"':
            return None
        start = found[1][2][0]
        place = self.random.choice([start, self.text.index('"', start + 1)])
        return self.changed("cut quotation mark", (place, place + 1), "")

    def cut_brace(self) -> Mutant | None:
        """It is noticed at what follows: the next word, or the next graph that opens."""
        place = self._place(r"(?<= )\{(?=\n)|^\}(?=\n)")
        behind = re.compile(r"\s*\S*\s*").match(self.text, place.end()) if place else None
        following = range(self.line(place.end()), self.line(behind.end()) + 1) if place and behind else range(0)
        return self.changed("cut brace", place.span(), "", following) if place else None

    def cut_file(self) -> Mutant | None:
        """Everything behind a place inside a graph."""
        offset = self.random.randrange(len(self.text) // 10, len(self.text))
        if self.text.count("{", 0, offset) == self.text.count("}", 0, offset):
            return None
        text = self.text[:offset]
        return Mutant(text, "cut file", frozenset({text.rstrip().count("\n") + 1}))

    def double_value(self) -> Mutant | None:
        """A second value of a property that has one at most."""
        rules = self.rules
        found = self.pick(lambda one: rules.within(one, rules.single) and one[2].endswith(("#gYear>", "#integer>")))
        if found is None:
            return None
        end = found[1][2][1]
        return self.changed("second value", (end, end), f' , "1987"{found[0][2][found[0][2].index("^^") :]}')
