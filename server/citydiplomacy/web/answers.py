"""Answers to queries as HTTP: cached while the release lives, with strong ETags, compressed where the client likes it.

A release never changes, so the answer to a query of it does not either, unless the query asks for chance or the time.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from cachetools import LRUCache

from citydiplomacy.pool import Answer, Request, WorkerPool
from citydiplomacy.web.spool import Spool

SMALL = 1024 * 1024  # an answer up to this size is kept whole, with its length and ETag; a longer one streams
WORTH_COMPRESSING = 600
CHANGING = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|BNODE|SERVICE)\b", re.IGNORECASE)

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reply:
    """What goes to the client: status, headers, body. ``cached`` says where it came from."""

    status: int
    headers: Headers
    body: Iterable[bytes]
    cached: bool = False


@dataclass(frozen=True)
class Stored:
    """A whole answer: its headers and its bytes."""

    headers: Headers
    plain: bytes

    @cached_property
    def zipped(self) -> bytes | None:
        """The bytes compressed, where that helps; made when a client first takes them so."""
        return gzip.compress(self.plain, 6, mtime=0) if len(self.plain) >= WORTH_COMPRESSING else None

    @cached_property
    def etag(self) -> str:
        return hashlib.sha256(self.plain).hexdigest()[:32]

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes, about: text compresses to less than half."""
        return len(self.plain) * 3 // 2 + 1000

    def reply(self, *, zipped: bool, if_none_match: str, head: bool, cached: bool) -> Reply:
        """The response in the encoding the client takes; 304 where it has the answer (RFC 9110, section 13.1.2)."""
        packed = self.zipped if zipped else None
        body = packed or self.plain
        tag = f'"{self.etag}-gzip"' if packed else f'"{self.etag}"'
        headers = (*self.headers, ("ETag", tag))
        if matches(if_none_match, tag):
            kept = tuple(pair for pair in headers if pair[0] != "Content-Type")
            return Reply(304, kept, (), cached)
        if packed:
            headers += (("Content-Encoding", "gzip"),)
        return Reply(200, (*headers, ("Content-Length", str(len(body)))), () if head else (body,), cached)


@dataclass(frozen=True)
class Conditions:
    """What of a request decides how, not what, is answered."""

    accept_encoding: str = ""
    if_none_match: str = ""
    head: bool = False

    @property
    def gzip(self) -> bool:
        """Whether the client takes gzip: named, or by ``*``, with a quality above 0 (RFC 9110, section 12.5.3)."""
        qualities: dict[str, float] = {}
        for element in self.accept_encoding.lower().split(","):
            name, _, parameter = element.partition(";")
            quality = parameter.strip().removeprefix("q=")
            qualities[name.strip()] = _number(quality) if quality else 1.0
        return qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0))) > 0


class Answers:
    """Answers from the pool's workers, kept up to ``cache_bytes`` bytes; those used last stay."""

    def __init__(self, pool: WorkerPool, cache_bytes: int) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._kept: LRUCache[Request, Stored] = LRUCache(max(1, cache_bytes), getsizeof=lambda stored: stored.size)

    def answer(self, request: Request, conditions: Conditions) -> Reply:
        """The reply to a query, from the cache or from a worker. Raises what ``WorkerPool.ask`` does."""
        key = replace(request, timeout=None) if request.timeout else request
        with self._lock:
            known = self._kept.get(key)
        if known:
            return self._reply(known, conditions, cached=True)
        result = self._pool.ask(request)
        headers = (
            ("Content-Type", result.content_type),
            ("Cache-Control", "no-cache"),
            *((("X-Result-Truncated", "true"),) if result.truncated else ()),
        )
        chunks, rest = _beginning(result)
        if rest is not None:
            return Reply(200, headers, () if _closed(result, conditions.head) else _Long(chunks, rest))
        stored = Stored(headers, b"".join(chunks))
        if not changes(request.query):
            with self._lock:
                if stored.size <= self._kept.maxsize:
                    self._kept[key] = stored
        return self._reply(stored, conditions, cached=False)

    @staticmethod
    def _reply(stored: Stored, conditions: Conditions, *, cached: bool) -> Reply:
        return stored.reply(
            zipped=conditions.gzip, if_none_match=conditions.if_none_match, head=conditions.head, cached=cached
        )


class _Long:
    """The body of a long answer: what came first, then the rest through a spool."""

    def __init__(self, chunks: list[bytes], rest: Iterator[bytes]) -> None:
        self._spool = Spool(rest)
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return chain(self._chunks, self._spool)

    def close(self) -> None:
        self._spool.close()


def changes(query: str) -> bool:
    """Whether a query may answer differently each time it is asked (or names a function that would, in a comment)."""
    return CHANGING.search(query) is not None


def matches(if_none_match: str, tag: str) -> bool:
    """Whether an If-None-Match header names an ETag, compared weakly (RFC 9110, section 8.8.3.2)."""
    named = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in named or tag in named


def _beginning(result: Answer) -> tuple[list[bytes], Iterator[bytes] | None]:
    """The first chunks of an answer and, where it goes on past ``SMALL``, the rest."""
    chunks, size, rest = [], 0, iter(result)
    for chunk in rest:
        chunks.append(chunk)
        size += len(chunk)
        if size > SMALL:
            return chunks, rest
    return chunks, None


def _closed(result: Answer, head: bool) -> bool:
    if head:
        result.close()
    return head


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
