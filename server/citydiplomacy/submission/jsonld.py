"""JSON-LD: where its statements stand. The engine reads it; this says which JSON value a statement came from.

Only contexts that stand in the file are used: one that would have to be fetched is a finding, never fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice

from citydiplomacy.names import XSD
from citydiplomacy.submission.jsoncontext import Context
from citydiplomacy.submission.jsontext import Value, scan
from citydiplomacy.submission.places import Stated
from citydiplomacy.submission.terms import TYPE, iri, literal
from citydiplomacy.submission.tokens import Slip

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
LONG_NUMBER = re.compile(r"\d{4300}")
MOST = 100  # keys without meaning that are told of one file
UNFIT = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


def slips(text: str) -> list[Slip]:
    """What keeps a text from being read: JSON syntax (the first error only), nesting, contexts from elsewhere, names.

    A node whose name is no absolute IRI would be left out in silence.
    """
    try:
        json.loads(text)
        root = scan(text)
    except json.JSONDecodeError as error:
        return [Slip("syntax-json", error.pos, {"reason": error.msg})]
    except RecursionError:
        return [Slip("syntax-depth", 0)]
    except ValueError:  # what Python takes for a number is not limited by JSON, but by Python
        number = LONG_NUMBER.search(text)
        return [Slip("syntax-json", number.start() if number else 0, {"reason": "A number has thousands of digits"})]
    found = (*_remote(root), *(slip for slip in _lost(root, Context()) if slip.code != "key-without-meaning"))
    return list(found[:MOST])


def unmapped(text: str) -> list[Slip]:
    """Keys of a text that stand for nothing: no context knows them, and what they hold is left out in silence."""
    found = (slip for slip in _lost(scan(text), Context()) if slip.code == "key-without-meaning")
    return list(islice(found, MOST))


def suspect(text: str, reason: str) -> tuple[int, str]:
    """Offset and pointer of what the engine's words are about: the first odd value of a keyword in them."""
    keyword = re.search(r"@\w+", reason)
    found = [member for key, member in _members(scan(text)) if keyword and key == keyword[0]]
    odd = [one for one in found if not isinstance(one.data, str) and not one.items]
    return next(((one.span[0], one.pointer) for one in odd or found), (0, ""))


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
            yield Slip("remote-context", one.span[0], {"iri": one.data}, one.pointer)
        elif "@import" in one.members:
            member = one.members["@import"]
            yield Slip("remote-context", member.span[0], {"iri": str(member.data)}, member.pointer)
    for member in (*value.members.values(), *value.items):
        yield from _remote(member)


def _members(value: Value) -> Iterator[tuple[str, Value]]:
    """All members of a value and of those in it."""
    for key, member in value.members.items():
        yield key, member
        yield from _members(member)
    for item in value.items:
        yield from _members(item)


def _lost(value: Value, context: Context) -> Iterator[Slip]:
    """What the algorithms of JSON-LD leave out of a node without a word: keys and names that are no IRIs."""
    for item in value.items:
        yield from _lost(item, context)
    if "@context" in value.members:
        context = context.extended(value.members["@context"])
    for key, member in value.members.items():
        name = context.name(key)
        if key in context.special or name in ("@context", "@value"):
            continue
        if name in ("@id", "@type") and "@value" not in value.members:
            yield from _lost_names(member, context, term=name == "@type")
        elif not name.startswith("@") and not ABSOLUTE.match(name) and not name.startswith("_:"):
            yield Slip("key-without-meaning", value.keys[key][0], {"key": key}, member.pointer)
            continue
        yield from _lost(member, context)


def _lost_names(value: Value, context: Context, *, term: bool) -> Iterator[Slip]:
    for one in value.items or [value]:
        if isinstance(one.data, str):
            name = context.name(one.data, term=term)
            if name.startswith(("_:", "@")):
                continue
            if not ABSOLUTE.match(name):
                yield Slip("syntax-relative", one.span[0], {"iri": one.data}, one.pointer)
            elif UNFIT.search(name):
                yield Slip("syntax-iri", one.span[0], {"iri": one.data}, one.pointer)


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
