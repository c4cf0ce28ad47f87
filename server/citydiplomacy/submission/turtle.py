"""Turtle and TriG with the place of every term, going on after an error (https://www.w3.org/TR/trig/).

Slower than the engine's parser and used only where there is something to report: it says where each statement stands,
and finds the second error, too.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from citydiplomacy.names import RDF, XSD
from citydiplomacy.submission.terms import TYPE, Statement, iri, literal, unescape
from citydiplomacy.submission.tokens import Slip, Stop, Tokens

MOST_ERRORS = 100
UNKNOWN = "urn:x-unknown:"


class Turtle(Tokens):
    """What a text says: its statements with the spans of their terms, its prefixes, and its errors."""

    def __init__(self, text: str, base: str = "") -> None:
        super().__init__(text)
        self.base = base
        self.spans: dict[Statement, tuple[tuple[int, int], ...]] = {}
        self.statements: list[Statement] = []
        self.prefixes: dict[str, str] = {}
        self.slips: list[Slip] = []
        self._graph, self._blank = "", 0
        self._graph_span = (0, 0)
        self._labels: dict[str, str] = {}
        self._read()

    def _read(self) -> None:
        while self._kind != "end" and len(self.slips) < MOST_ERRORS:
            try:
                self._statement()
            except Stop as stop:
                self.slips.append(stop.slip)
                self._recover()
            except RecursionError:
                self.slips.append(Slip("syntax-depth", self._start))
                return
        if self._inside and not self.slips:
            self.slips.append(Slip("syntax-end", len(self.text), {"expected": "}"}))

    def _statement(self) -> None:
        word = self._value.lower()
        if self._is("}") and self._inside:
            self._inside, self._graph = False, ""
            self._advance()
        elif word in ("@prefix", "@base") or (self._kind == "word" and word in ("prefix", "base")):
            self._directive(word)
        elif self._inside:
            self._triples()
            if not self._is("}"):
                self._take(".")
        elif self._is("{"):
            self._open("", (self._start, self._end))
        elif self._kind == "word" and word == "graph":
            self._advance()
            self._open(*self._subject())
        else:
            self._triples_or_graph()

    def _triples_or_graph(self) -> None:
        anonymous = self._is("[")
        subject, span, described = self._subject_or_list()
        if self._is("{") and not (anonymous and described):
            self._open(subject, span)
            return
        if not (described and self._is(".")):
            self._properties(subject, span)
        self._take(".")

    def _open(self, graph: str, span: tuple[int, int]) -> None:
        self._take("{")
        self._inside, self._graph, self._graph_span = True, graph, span

    def _directive(self, word: str) -> None:
        self._advance()
        name = ""
        if "prefix" in word:
            if self._kind != "pname" or not self._value.endswith(":"):
                raise self._fail("prefix:")
            name = self._value[:-1]
            self._advance()
        if self._kind != "iri":
            raise self._fail("<IRI>")
        self.prefixes.setdefault(name, UNKNOWN)  # so that one wrong line is one error
        namespace = self._resolve(self._value)
        if "prefix" in word:
            self.prefixes[name] = namespace
        else:
            self.base = namespace
        self._advance()
        if word.startswith("@"):
            self._take(".")

    def _triples(self) -> None:
        subject, span, described = self._subject_or_list()
        if not (described and (self._is(".") or self._is("}"))):
            self._properties(subject, span)

    def _properties(self, subject: str, span: tuple[int, int]) -> None:
        while True:
            predicate, place = self._verb()
            while True:
                value, value_span = self._object()
                self._add((subject, predicate, value, self._graph), (span, place, value_span))
                if not self._is(","):
                    break
                self._advance()
            if not self._is(";"):
                return
            while self._is(";"):
                self._advance()
            if self._is(".") or self._is("]") or self._is("}"):
                return

    def _add(self, statement: Statement, spans: tuple[tuple[int, int], ...]) -> None:
        self.statements.append(statement)
        self.spans.setdefault(statement, (*spans, self._graph_span) if statement[3] else spans)

    def _verb(self) -> tuple[str, tuple[int, int]]:
        span = (self._start, self._end)
        if self._kind == "word" and self._value == "a":
            self._advance()
            return TYPE, span
        if self._kind in ("iri", "pname"):
            return self._name(), span
        raise self._fail("predicate")

    def _subject(self) -> tuple[str, tuple[int, int]]:
        span = (self._start, self._end)
        if self._kind in ("iri", "pname", "bnode"):
            return self._name(), span
        raise self._fail("subject")

    def _subject_or_list(self) -> tuple[str, tuple[int, int], bool]:
        """A subject, its span, and whether it has been described already, as ``[ ... ]`` is."""
        span = (self._start, self._end)
        if self._is("["):
            node, described = self._brackets()
            return node, span, described
        if self._is("("):
            return self._list(), span, False
        return (*self._subject(), False)

    def _object(self) -> tuple[str, tuple[int, int]]:
        start, end = self._start, self._end
        if self._is("["):
            return self._brackets()[0], (start, end)
        if self._is("("):
            return self._list(), (start, end)
        if self._kind in ("iri", "pname", "bnode"):
            return self._name(), (start, end)
        if self._kind == "string":
            return self._string()
        value = self._value
        if self._kind == "number":
            self._advance()
            kind = "double" if "e" in value.lower() else "decimal" if "." in value else "integer"
            return literal(value, datatype=XSD + kind), (start, end)
        if self._kind == "word" and value in ("true", "false"):
            self._advance()
            return literal(value, datatype=XSD + "boolean"), (start, end)
        raise self._fail("object")

    def _string(self) -> tuple[str, tuple[int, int]]:
        start, end = self._start, self._end
        quote = 3 if self._value[:3] in ('"""', "'''") and len(self._value) >= 6 else 1
        try:
            text = unescape(self._value[quote:-quote])
        except (ValueError, OverflowError):
            raise Stop(Slip("syntax-escape", start)) from None
        self._advance()
        language = datatype = ""
        if self._kind == "at" and self._start == end:
            language, end = self._value[1:], self._end
            self._advance()
        elif self._is("^^"):
            self._advance()
            end = self._end
            if self._kind not in ("iri", "pname"):
                raise self._fail("datatype")
            datatype = self._name()[1:-1]
        return literal(text, language, datatype), (start, end)

    def _name(self) -> str:
        value, kind, start = self._value, self._kind, self._start
        if kind == "iri":
            found = iri(self._resolve(value))
        elif kind == "bnode":
            found = self._labels.setdefault(value, f"_:b{len(self._labels)}")
        else:
            prefix, _, local = value.partition(":")
            if prefix not in self.prefixes:
                raise Stop(Slip("syntax-prefix", start, {"prefix": prefix + ":"}))
            found = iri(self.prefixes[prefix] + (re.sub(r"\\(.)", r"\1", local) if "\\" in local else local))
        self._advance()
        return found

    def _resolve(self, token: str) -> str:
        try:
            text = unescape(token[1:-1])
        except (ValueError, OverflowError):
            raise Stop(Slip("syntax-escape", self._start)) from None
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
            return text
        if not self.base:
            raise Stop(Slip("syntax-relative", self._start, {"iri": token}))
        return urljoin(self.base, text)

    def _node(self) -> str:
        self._blank += 1
        return f"_:n{self._blank}"

    def _brackets(self) -> tuple[str, bool]:
        self._advance()
        node = self._node()
        if self._is("]"):
            self._advance()
            return node, False
        self._properties(node, (self._start, self._end))
        self._take("]")
        return node, True

    def _list(self) -> str:
        self._advance()
        items = []
        while not self._is(")"):
            items.append(self._object())
        self._advance()
        head = iri(RDF + "nil")
        for value, span in reversed(items):
            node = self._node()
            self._add((node, iri(RDF + "first"), value, self._graph), (span, span, span))
            self._add((node, iri(RDF + "rest"), head, self._graph), (span, span, span))
            head = node
        return head
