"""Answers to queries as HTTP: cached while the release lives, with strong ETags, compressed where the client likes it.

A release never changes, so the answer to a query of it does not either, unless the query asks for chance or the time.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import IO, NamedTuple

from cachetools import LRUCache

from citydiplomacy.asker import Asker
from citydiplomacy.pool import Request
from citydiplomacy.sparql import changes

SMALL = 1024 * 1024  # bytes; an answer up to this size is kept in memory and has an ETag
PIECE = 256 * 1024
WORTH_COMPRESSING = 600

Headers = tuple[tuple[str, str], ...]
CACHE_CONTROL = ("Cache-Control", "no-cache")
# what every response of the server has
COMMON: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "Accept-Ranges, Content-Range, Content-Type, ETag, Link, Repr-Digest, Retry-After, X-Result-Truncated",
    ),
    ("Vary", "Accept, Accept-Encoding, Accept-Language"),
    ("X-Content-Type-Options", "nosniff"),
)


class Reply(NamedTuple):
    """What goes to the client: status, headers, body. ``cached`` says where it is from, ``size`` the answer's bytes."""

    status: int
    headers: Headers
    body: Iterable[bytes]
    cached: bool = False
    size: int | None = None


class Conditions(NamedTuple):
    """What of a request decides how, not what, is answered."""

    accept_encoding: str = ""
    if_none_match: str = ""
    head: bool = False

    @property
    def gzip(self) -> bool:
        """Whether the client takes gzip."""
        return takes_gzip(self.accept_encoding)


@dataclass
class Stored:
    """A whole answer: its headers and its bytes. It does not change."""

    headers: Headers
    plain: bytes
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        self.etag = hashlib.sha256(self.plain).hexdigest()[:32]

    @cached_property
    def zipped(self) -> bytes | None:
        """The bytes compressed, where that helps; made when a client first takes them so."""
        return gzip.compress(self.plain, 6, mtime=0) if len(self.plain) >= WORTH_COMPRESSING else None

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes, about: text compresses to less than half."""
        return len(self.plain) * 3 // 2 + 1000

    def reply(self, conditions: Conditions, *, cached: bool = False) -> Reply:
        """The response in the encoding the client takes; 304 where it has the answer (RFC 9110, section 13.1.2)."""
        packed = self.zipped if conditions.gzip else None
        body = packed or self.plain
        tag = f'"{self.etag}-gzip"' if packed else f'"{self.etag}"'
        headers = (*self.headers, ("ETag", tag))
        if conditions.if_none_match and matches(conditions.if_none_match, tag):
            return Reply(304, tuple(pair for pair in headers if pair[0] != "Content-Type"), (), cached, len(self.plain))
        if packed:
            headers += (("Content-Encoding", "gzip"),)
        headers += (("Content-Length", str(len(body))),)
        return Reply(200, headers, () if conditions.head else [body], cached, len(self.plain))


class Long:
    """An answer too long to be kept: its bytes wait in a temporary file until its client has taken them."""

    def __init__(self, headers: Headers, file: IO[bytes], size: int) -> None:
        self._headers = headers
        self._file = file
        self._size = size

    def reply(self, conditions: Conditions) -> Reply:
        """The response: its length is known, so a transfer that breaks off is seen to do so."""
        headers = (*self._headers, ("Content-Length", str(self._size)))
        if conditions.head:
            self.close()
            return Reply(200, headers, (), size=self._size)
        return Reply(200, headers, self, size=self._size)

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece
        self.close()

    def close(self) -> None:
        self._file.close()


class Gathering:
    """The chunks of an answer as they come, in memory first and past ``SMALL`` bytes in a temporary file.

    No byte leaves before the answer is whole: what goes wrong on the way is still told with its proper status.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        self._pieces.append(chunk)
        if self._size > SMALL:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 (closed with what is made of it)
            self._file.writelines(self._pieces)
            self._pieces.clear()

    def finish(self, content_type: str, *, truncated: bool) -> Stored | Long:
        """The whole answer, in memory where it is small."""
        headers: Headers = (("Content-Type", content_type), CACHE_CONTROL)
        if truncated:
            headers += (("X-Result-Truncated", "true"),)
        return Long(headers, self._file, self._size) if self._file else Stored(headers, b"".join(self._pieces))

    def close(self) -> None:
        if self._file:
            self._file.close()


class Answers:
    """Answers from the pool's workers, kept up to ``cache_bytes`` bytes; those used last stay."""

    def __init__(self, pool: Asker, cache_bytes: int) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._kept: LRUCache[Request, tuple[Stored, int]] = LRUCache(max(1, cache_bytes), getsizeof=itemgetter(1))

    def answer(self, request: Request, conditions: Conditions) -> Reply:
        """The reply to a query, from the cache or from a worker. Raises what ``WorkerPool.ask`` does."""
        known = self.recall(request)
        if known:
            return known.reply(conditions, cached=True)
        gathering = Gathering()
        try:
            result = self._pool.ask(request)
            for chunk in result:
                gathering.add(chunk)
        except BaseException:
            gathering.close()
            raise
        whole = gathering.finish(result.content_type, truncated=result.truncated)
        self.keep(request, whole)
        return whole.reply(conditions)

    def recall(self, request: Request) -> Stored | None:
        """The answer to a request where it is kept."""
        with self._lock:
            known = self._kept.get(_key(request))
        return known[0] if known else None

    def keep(self, request: Request, whole: Stored | Long) -> None:
        """Keeps an answer for the next who asks the same, where it is small and stays true."""
        if not isinstance(whole, Stored) or changes(request.query):
            return
        size = whole.size + sys.getsizeof(request.query)  # a question may be longer than its answer
        if size <= self._kept.maxsize:
            with self._lock:
                self._kept[_key(request)] = whole, size


def _key(request: Request) -> Request:
    return request._replace(timeout=None) if request.timeout else request


def matches(if_none_match: str, tag: str) -> bool:
    """Whether an If-None-Match header names an ETag, compared weakly (RFC 9110, section 8.8.3.2)."""
    named = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in named or tag in named


@lru_cache(512)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named, or meant by ``*``, with a quality above 0 (RFC 9110, section 12.5.3)."""
    qualities: dict[str, float] = {}
    for element in accept_encoding.lower().split(","):
        name, _, parameter = element.partition(";")
        quality = parameter.strip().removeprefix("q=")
        qualities[name.strip()] = _number(quality) if quality else 1.0
    return qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0))) > 0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
