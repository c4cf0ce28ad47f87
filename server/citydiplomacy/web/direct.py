"""Query operations answered at once, in the process that reads them from their client: whole plain requests only.

Anything else (another path, a form that comes in pieces, an error, a long answer) is left to the pages' process.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from zlib import crc32

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.pool import Request
from citydiplomacy.sparql import Limits, changes, is_harmless
from citydiplomacy.store import DatasetChoice, Question, Store, execute, serialise
from citydiplomacy.web.answers import CACHE_CONTROL, COMMON, SMALL, Conditions, Stored
from citydiplomacy.web.plain import Plain
from citydiplomacy.web.protocol import Operation, read_operation, request_of, wanted_formats
from citydiplomacy.worker import Terms

# what differs between queries that are asked of one thing after the other; the work is linear in the text's length
CONSTANT = re.compile(r"<[^<>]*>|\"[^\"]*\"|'[^']*'|\d+")
KEEPS = "".join(f"\r\n{name}: {value}" for name, value in COMMON).encode("latin-1") + b"\r\n\r\n"
CLOSES = b"\r\nConnection: close" + KEEPS
STATUS = {200: b"HTTP/1.1 200 OK\r\nDate: ", 304: b"HTTP/1.1 304 Not Modified\r\nDate: "}
LONGEST_READY = 64 * 1024  # bytes of a response that is kept ready to be sent
OVERHEAD = 300  # bytes that keeping one takes besides


Key = TypeVar("Key")
Value = TypeVar("Value")


class Answered(NamedTuple):
    """A response: its first bytes, between which and ``rest`` the date goes, and what is noted of it."""

    status: int
    rest: bytes
    keeps: bool
    known: bool
    query: str
    size: int

    def message(self, date: bytes) -> bytes:
        """The response as it is sent."""
        return STATUS[self.status] + date + self.rest


@dataclass(frozen=True)
class Scope:
    """What is answered: at which paths, with which limits; ``cache_bytes`` is what answers may take in memory."""

    paths: tuple[str, ...] = ("/sparql",)
    limits: Limits = field(default_factory=Limits)
    cache_bytes: int = 0


class TooLong(Exception):
    """An answer that is not sent in one piece; never leaves this module."""


class Answer:
    """A file for the engine to write an answer to, as long as it is short."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        if len(self.data) > SMALL:
            raise TooLong
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the engine calls it at the end."""


class Kept(Generic[Key, Value]):
    """Things kept up to a number of bytes; those kept first go first: that takes a third of the time that LRU takes."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._things: dict[Key, tuple[Value, int]] = {}

    def get(self, key: Key) -> Value | None:
        known = self._things.get(key)
        return known[0] if known else None

    def keep(self, key: Key, thing: Value, size: int) -> None:
        """Keeps a thing of ``size`` bytes."""
        if key in self._things:
            return
        self._things[key] = thing, size
        self._left -= size
        while self._left < 0:
            self._left += self._things.pop(next(iter(self._things)))[1]


class Direct:
    """Answers requests over a loaded store. Used by one thread."""

    def __init__(self, store: Store, terms: Terms, scope: Scope) -> None:
        self._store = store
        self._terms = terms
        self._scope = scope
        self._stored: Kept[Request, Stored] = Kept(scope.cache_bytes // 2)
        self._ready: Kept[bytes, Answered] = Kept(scope.cache_bytes // 2)

    def ready(self, data: bytes) -> Answered | None:
        """The response to a request whose very bytes were answered before."""
        return self._ready.get(data)

    def recall(self, request: Request) -> Stored | None:
        """The answer to an operation that was answered before."""
        return self._stored.get(request)

    def request(self, plain: Plain) -> Request | None:
        """What is to be asked for an answer; None where that is not for here."""
        if plain.path not in self._scope.paths or plain.method == "HEAD":
            return None
        operation = operation_of(plain)
        if operation is None or operation.explain or operation.truncate or operation.timeout:
            return None
        try:
            request = request_of(operation, wanted_formats(operation.format, plain.headers.get("accept")))
        except CityDiplomacyError:
            return None
        return request if is_harmless(request.query, self._scope.limits) else None

    def answer(self, data: bytes, plain: Plain, request: Request, known: Stored | None) -> Answered | None:
        """The response to an operation, with the answer that is known, or a new one; None where it is not for here."""
        stored = known or self._ask(request)
        if stored is None:
            return None
        headers = plain.headers.get
        tags = headers("if-none-match", "") if plain.method != "POST" else ""  # 304 is no answer to a POST
        reply = stored.reply(Conditions(headers("accept-encoding", ""), tags))
        (body,) = reply.body or (b"",)
        lines = "".join([f"\r\n{name}: {value}" for name, value in reply.headers])
        rest = lines.encode("latin-1") + (KEEPS if plain.keeps else CLOSES) + body
        answered = Answered(reply.status, rest, plain.keeps, known is not None, request.query, len(stored.plain))
        if known and len(rest) <= LONGEST_READY:
            self._ready.keep(data, answered, len(data) + len(rest) + OVERHEAD)
        elif not known and not changes(request.query):
            self._stored.keep(request, stored, stored.size + sys.getsizeof(request.query))
        return answered

    def _ask(self, request: Request) -> Stored | None:
        """The engine's answer; None where it fails or is too long: the pages' process says so, or does it."""
        dataset = DatasetChoice(request.default_graphs, request.named_graphs)
        terms = self._terms
        question = Question(request.query, request.results, request.graphs, dataset, None, terms.prefixes, terms.base)
        answer = Answer()
        try:
            chosen, result = execute(self._store, question)
            serialise(chosen, result, answer, terms.prefixes)  # type: ignore[arg-type]
        except (CityDiplomacyError, TooLong, RecursionError):
            return None
        return Stored((("Content-Type", chosen.content_type), CACHE_CONTROL), bytes(answer.data))


def operation_of(plain: Plain) -> Operation | None:
    """The query operation that a request is; None where it is none, or not as it should be."""
    try:
        content_type = plain.headers.get("content-type", "")
        return read_operation(plain.method, plain.query_string, content_type, plain.body)
    except CityDiplomacyError:
        return None


def shape_of(query: str) -> int:
    """A number for what a query has in common with those that ask the same of other things; the same in all workers."""
    return crc32(CONSTANT.sub("", query).encode("utf-8", "replace"))
