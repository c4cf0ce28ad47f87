"""Terms: whether what a submission uses of our namespaces exists, and which term was most likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property

from citydiplomacy.names import RDF, RDFS, XSD
from citydiplomacy.submission.problems import PARTS, Problem, at
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.terms import TYPE, Statement, iri

MOST_GUESSES = 500  # distinct unknown terms that a closest one is looked for
SCHEME = re.compile(r"^https?://(www\.)?")
BETWEEN = re.compile(r"[#/]+")
RDF_TERMS = ("type", "value", "first", "rest", "nil", "Statement", "langString")
RDFS_TERMS = ("label", "comment", "seeAlso", "isDefinedBy", "subClassOf", "member")
BUILT_IN = {RDF + name for name in RDF_TERMS} | {RDFS + name for name in RDFS_TERMS}
NEAR = 0.75


class Vocabulary:
    """Judges terms; what it knows how to mend it also remembers, so that the other checks judge the mended data."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._guesses = 0
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        self.instead: dict[str, str] = {}

    def check(self, statements: Iterable[Statement]) -> Iterator[Problem]:
        """Every use of a term that does not exist, is deprecated, or is written in another way than it is declared."""
        fine: dict[str, set[str]] = {"property": set(), "class": set(), "thing": set()}
        properties, things = fine["property"], fine["thing"]
        for statement in statements:
            subject, predicate, value, _ = statement
            kind = "class" if predicate == TYPE else "thing"
            if predicate in properties and subject in things and (value[0] == '"' or value in fine[kind]):
                continue  # the usual case: all of it has been judged before
            for part, term, role in zip(PARTS, (subject, predicate, value), ("thing", "property", kind), strict=False):
                if term[0] == "<":
                    code, instead = self._judged(term, role)
                    if code:
                        yield self._problem(statement, part, code, instead)
                    else:
                        fine[role].add(term)

    def _problem(self, statement: Statement, part: str, code: str, instead: str) -> Problem:
        term = statement[PARTS.index(part)]
        return at(statement, code, part, instead, term=term, instead=instead)

    def _judged(self, term: str, kind: str) -> tuple[str, str]:
        key = (term, kind)
        if key not in self._known:
            self._known[key] = self._judge(term[1:-1], kind)
            _, instead = self._known[key]
            if instead:
                self.instead[term] = instead
        return self._known[key]

    def _judge(self, term: str, kind: str) -> tuple[str, str]:
        """The code of what is wrong with a term ("" for nothing), and the term to write instead ("" for none)."""
        if kind == "thing":
            return self._judge_thing(term)
        if term in self._published.declared:
            replaced = self._published.deprecated.get(iri(term))
            return ("", "") if replaced is None else ("deprecated-term", replaced)
        if term in BUILT_IN or term.startswith(RDFS):
            return "", ""
        respelt = self._respelt.get(_canonical(term))
        if respelt:
            same_words = respelt.lower() == term.lower()
            return ("term-case" if same_words else "namespace-slip"), iri(respelt)
        closest = self._closest(term, kind)
        ours = term.startswith(self._published.names.base) or bool(closest)
        return ("unknown-term" if ours else "foreign-term"), closest

    def _judge_thing(self, term: str) -> tuple[str, str]:
        """Names of things in almost our namespace: http for https, a capital, a missing slash."""
        names = self._published.names
        if term.startswith(names.base) or not _canonical(term).startswith(self._base):
            return "", ""
        local = SCHEME.sub("", term)[len(SCHEME.sub("", names.base)) :]
        return "namespace-slip", iri(names.base + local)

    def _closest(self, term: str, kind: str) -> str:
        """The declared term of that kind that is spelt most alike, in our namespace or in the term's own."""
        self._guesses += 1
        if self._guesses > MOST_GUESSES:
            return ""
        namespace, local = _split(term)
        wanted = {"Class"} if kind == "class" else {"ObjectProperty", "DatatypeProperty", "AnnotationProperty"}
        own = self._published.names.ontology + "#"
        choices = {}
        for one, kinds in self._published.declared.items():
            where, name = _split(one)
            if (
                kinds & wanted
                and where in (own, namespace)
                and (where == namespace or _canonical(term).startswith(self._base))
            ):
                choices[name] = one
        near = get_close_matches(local, choices, n=1, cutoff=NEAR)
        return iri(choices[near[0]]) if near else ""

    @cached_property
    def _respelt(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for term in (*self._published.declared, *BUILT_IN, XSD + "string"):
            found.setdefault(_canonical(term), term)
        return found

    @cached_property
    def _base(self) -> str:
        return _canonical(self._published.names.base)


def _canonical(term: str) -> str:
    """An IRI without what is often mistaken in one: the scheme, ``www.``, hash or slash, capitals."""
    return BETWEEN.sub("/", SCHEME.sub("", term)).lower()


def _split(term: str) -> tuple[str, str]:
    cut = max(term.rfind("#"), term.rfind("/")) + 1
    return term[:cut], term[cut:]
