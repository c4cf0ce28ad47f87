"""JSON-LD: where its statements stand. The engine reads it; this says which JSON value a statement came from.

Only contexts that stand in the file are used: one that would have to be fetched is a finding, never fetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from citydiplomacy.names import XSD
from citydiplomacy.submission.jsontext import Value, scan
from citydiplomacy.submission.places import Stated
from citydiplomacy.submission.terms import TYPE, iri, literal
from citydiplomacy.submission.tokens import Slip


@dataclass(frozen=True)
class Context:
    """The part of a JSON-LD context that names things: prefixes and terms, vocabulary, language."""

    terms: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    vocabulary: str = ""
    base: str = ""
    language: str = ""

    def extended(self, value: Value) -> Context:
        """This context with what a ``@context`` value adds."""
        found = self
        for item in value.items:
            found = found.extended(item)
        if not value.members:
            return found
        terms, languages = dict(found.terms), dict(found.languages)
        for key, member in value.members.items():
            target = member.members["@id"].data if "@id" in member.members else member.data
            if key.startswith("@") or not isinstance(target, str):
                continue
            terms[key] = target
            if "@language" in member.members:
                languages[key] = str(member.members["@language"].data or "")
        found = replace(found, terms=terms, languages=languages)
        special = {name: value.members[f"@{name}"].data for name in ("base", "language") if f"@{name}" in value.members}
        vocabulary = value.members["@vocab"].data if "@vocab" in value.members else found.vocabulary
        base, language = (str(special.get(name, getattr(found, name)) or "") for name in ("base", "language"))
        return replace(found, vocabulary=str(vocabulary or ""), base=base, language=language)

    def name(self, text: str, *, term: bool = True) -> str:
        """The IRI that a key or value stands for; with ``term`` also terms and the vocabulary are looked at."""
        seen: set[str] = set()
        while term and text in self.terms and text not in seen:
            seen.add(text)
            text = self.terms[text]
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.terms and not local.startswith("//"):
            return self.name(prefix) + local
        if colon or text.startswith(("@", "_:")):
            return text
        return (self.vocabulary if term else self.base) + text


def slips(text: str) -> list[Slip]:
    """What keeps a text from being read: JSON syntax (the first error only), nesting, contexts from elsewhere."""
    try:
        json.loads(text)
        root = scan(text)
    except json.JSONDecodeError as error:
        return [Slip("syntax-json", error.pos, {"reason": error.msg})]
    except (RecursionError, ValueError):
        return [Slip("syntax-depth", 0)]
    return list(_remote(root))


def pointer_at(text: str, offset: int) -> str:
    """The JSON pointer of the innermost value that spans an offset."""
    try:
        value = scan(text)
    except (RecursionError, ValueError, IndexError):
        return ""
    while True:
        inside = [one for one in (*value.members.values(), *value.items) if one.span[0] <= offset < one.span[1]]
        if not inside:
            return value.pointer
        value = inside[0]


def stated(text: str) -> Iterator[Stated]:
    """The statements of a text, as far as they can be told without the whole of JSON-LD's algorithms."""
    try:
        root = scan(text)
    except (RecursionError, ValueError, IndexError):
        return
    yield from _Walk().node(root, Context(), "")


def _remote(value: Value) -> Iterator[Slip]:
    context = value.members.get("@context")
    for one in [*(context.items if context else []), *([context] if context else [])]:
        if isinstance(one.data, str):
            yield Slip("remote-context", one.span[0], {"iri": one.data})
        elif "@import" in one.members:
            member = one.members["@import"]
            yield Slip("remote-context", member.span[0], {"iri": str(member.data)})
    for member in (*value.members.values(), *value.items):
        yield from _remote(member)


class _Walk:
    def __init__(self) -> None:
        self._blank = 0

    def node(self, value: Value, context: Context, graph: str) -> Iterator[Stated]:
        """What a node object, or each of an array, states."""
        for item in value.items:
            yield from self.node(item, context, graph)
        if not value.members:
            return
        if "@context" in value.members:
            context = context.extended(value.members["@context"])
        subject, span = self._subject(value, context)
        if "@graph" in value.members:
            inner = subject if "@id" in value.members else graph
            yield from self.node(value.members["@graph"], context, inner)
        for key, member in value.members.items():
            name = context.name(key)
            if name == "@type":
                for one in member.items or [member]:
                    kind = iri(context.name(str(one.data)))
                    yield Stated((subject, TYPE, kind, graph), (span, value.keys[key], one.span), one.pointer)
            elif not name.startswith("@"):
                for one in member.items or [member]:
                    yield from self._property(subject, span, key, value, one, context, graph)

    def _subject(self, value: Value, context: Context) -> tuple[str, tuple[int, int]]:
        for key, member in value.members.items():
            if context.name(key) == "@id" and isinstance(member.data, str):
                return _node(context.name(member.data, term=False)), member.span
        self._blank += 1
        return f"_:j{self._blank}", (value.span[0], value.span[0] + 1)

    def _property(  # noqa: PLR0913, PLR0917 (one step of a walk)
        self, subject: str, span: tuple[int, int], key: str, owner: Value, value: Value, context: Context, graph: str
    ) -> Iterator[Stated]:
        predicate, place = iri(context.name(key)), owner.keys[key]
        members = {context.name(name): member for name, member in value.members.items()}
        if "@value" in members:
            term = _literal(members["@value"].data, members, context.languages.get(key, context.language), context)
            yield Stated((subject, predicate, term, graph), (span, place, members["@value"].span), value.pointer)
        elif "@list" in members or "@set" in members:
            for one in (members.get("@list") or members["@set"]).items:
                yield from self._property(subject, span, key, owner, one, context, graph)
        elif value.members:
            node, node_span = self._subject(value, context)
            yield Stated((subject, predicate, node, graph), (span, place, node_span), value.pointer)
            yield from self.node(value, context, graph)
        elif value.data is not None:
            for term in _guesses(value.data, context.languages.get(key, context.language), context):
                yield Stated((subject, predicate, term, graph), (span, place, value.span), value.pointer)


def _node(text: str) -> str:
    return text if text.startswith("_:") else iri(text)


def _guesses(data: object, language: str, context: Context) -> list[str]:
    """What a bare value can stand for: a literal, or, where its term says ``@type: @id``, a node."""
    found = [_literal(data, {}, language, context)]
    if isinstance(data, str):
        found.append(_node(context.name(data, term=False)))
    return found


def _literal(data: object, members: dict[str, Value], language: str, context: Context) -> str:
    if isinstance(data, bool):
        return literal(str(data).lower(), datatype=XSD + "boolean")
    if isinstance(data, int | float):
        return literal(str(data), datatype=XSD + ("integer" if isinstance(data, int) else "double"))
    datatype = context.name(str(members["@type"].data)) if "@type" in members else ""
    if "@language" in members:
        language = str(members["@language"].data)
    return literal(str(data), "" if datatype else language, datatype)
