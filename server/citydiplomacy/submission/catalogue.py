"""The codes a submission can be told, in English and German, and how a problem becomes a finding in words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from citydiplomacy.findings import Finding, Severity
from citydiplomacy.names import Names
from citydiplomacy.submission.problems import PARTS, Place, Problem
from citydiplomacy.submission.terms import Statement, plain, shown

FILE = Path(__file__).with_name("codes.toml")
HOW = {
    "en": {"type": "it is stated", "domain": "{by} is said of it", "range": "it is a value of {by}"},
    "de": {"type": "so steht es da", "domain": "{by} wird von ihm gesagt", "range": "es ist Wert von {by}"},
}
CLASH = {
    "en": "{one}: {first}{there}; {other}: {second}{here}",
    "de": "{one}: {first}{there}; {other}: {second}{here}",
}
OF = {"en": " of {file}", "de": " von {file}"}
LINE = {"en": " in line {line}", "de": " in Zeile {line}"}
BEFORE = {"en": "it is published so", "de": "so ist es veröffentlicht"}
FALLBACK = {"en": "does not meet its shape.", "de": "erfüllt seine Shape nicht."}


@dataclass(frozen=True)
class Code:
    """One code: its severity, what it is called, what it says, what would be right, and why it is checked."""

    name: str
    severity: Severity
    title: dict[str, str]
    message: dict[str, str]
    why: dict[str, str]
    right: dict[str, str] = field(default_factory=dict)
    fix: str = ""


@dataclass(frozen=True, order=True)
class Reported(Finding):
    """A finding as a report has it: with the length of what is meant, and what to write there instead.

    ``safe`` says whether ``--fix`` may write it. ``component`` and ``shape`` are SHACL's; the terms are N-Triples.
    """

    length: int = 0
    replacement: str = ""
    safe: bool = False
    component: str = ""
    shape: str = ""
    focus_term: str = ""
    value_term: str = ""


@cache
def codes() -> dict[str, Code]:
    """All codes but the shapes' own, by name."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: Code(name, Severity(one.pop("severity")), **one) for name, one in raw.items()}


def severity_of(problem: Problem) -> Severity:
    """The severity that a problem has by itself, or by its code."""
    known = codes().get(problem.code)
    return problem.severity or (known.severity if known else Severity.VIOLATION)


@dataclass(frozen=True)
class Renderer:
    """Puts problems into words. ``locate`` tells the file and place of a statement's term, as it was sent."""

    names: Names
    language: str
    locate: Callable[[Statement, str], tuple[str, Place]]

    def finding(self, problem: Problem) -> Reported:
        """A problem as a finding in the reader's language."""
        file, place = (problem.file, problem.place) if problem.place else self.locate(problem.statement, problem.part)
        code = codes().get(problem.code)
        words = self._words(problem)
        fix = self._patch(problem)
        focus, value = problem.terms
        return Reported(
            file=file,
            line=place.line,
            code=problem.code,
            message=self._message(problem, code, words),
            severity=severity_of(problem),
            column=place.column,
            focus_node=plain(problem.values.get("thing") or problem.statement[0] or problem.statement[3]),
            path=problem.path or ("" if problem.shape else plain(problem.statement[1])),
            value=plain(value),
            suggestion=self._right(problem, code, words, (file, place)),
            pointer=place.pointer,
            fix=fix,
            length=place.length,
            replacement=problem.instead if fix else "",
            safe=bool(fix) and (code.fix == "safe" if code else problem.safe),
            component=problem.component if problem.shape else "",
            shape=problem.shape,
            focus_term=focus,
            value_term=value,
        )

    def _words(self, problem: Problem) -> dict[str, str]:
        return {key: self._shown(value) for key, value in problem.values.items()}

    def _shown(self, value: str) -> str:
        return shown(value, self.names) if value[:1] == "<" and " " not in value and value[-1:] == ">" else value

    def _message(self, problem: Problem, code: Code | None, words: dict[str, str]) -> str:
        if code:
            return _fill(code.message[self.language], words)
        messages = problem.messages
        text = messages.get(self.language) or messages.get("en") or next(iter(messages.values()), "")
        return f"{words['thing']}: {text or FALLBACK[self.language]}"

    def _right(self, problem: Problem, code: Code | None, words: dict[str, str], where: tuple[str, Place]) -> str:
        if problem.hint:
            hint = problem.hint
            return self._right(hint, codes().get(hint.code), self._words(hint), where)
        if problem.code == "disjoint-classes":
            return self._clash(problem, words, *where)
        text = code.right.get(self.language, "") if code else ""
        missing = any(not value and "{" + key + "}" in text for key, value in words.items())
        return "" if missing else _fill(text, words)

    def _clash(self, problem: Problem, words: dict[str, str], file: str, place: Place) -> str:
        """The two claims that exclude each other, each with its line, and its file where that is another."""
        how, line = HOW[self.language], LINE[self.language]
        first, there = BEFORE[self.language], ""
        if problem.other:
            first = how[words["before"]].format(by=words["before-by"])
            other_file, other = self.locate(problem.other, "object")
            there = line.format(line=other.line) + (
                OF[self.language].format(file=other_file) if other_file != file else ""
            )
        second = how[words["how"]].format(by=words["by"])
        return CLASH[self.language].format(
            one=words["one"],
            other=words["other"],
            first=first,
            there=there,
            second=second,
            here=line.format(line=place.line),
        )

    def _patch(self, problem: Problem) -> str:
        """The RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html) that writes the right term."""
        if not problem.instead or not problem.statement[0]:
            return ""
        right = list(problem.statement)
        right[PARTS.index(problem.part)] = problem.instead
        return "\n".join(
            f"{sign} {' '.join(filter(None, row))} ." for sign, row in (("D", problem.statement), ("A", right))
        )


def _fill(text: str, words: dict[str, str]) -> str:
    for key, value in words.items():
        text = text.replace("{" + key + "}", value)
    return text
