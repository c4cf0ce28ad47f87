"""Requests that are whole and plain: all that a worker needs to look at (RFC 9112)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from citydiplomacy.web.incoming import HOST

# RFC 9112, sections 3 and 5: a request line in origin form, then fields without line folding
LINE = re.compile(rb"(GET|HEAD|POST) (/[!\"$-~]*) HTTP/1\.1\r\n")
FIELDS = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+")
DELEGATED = {
    "transfer-encoding",
    "content-encoding",
    "expect",
    "upgrade",
    "te",
    "trailer",
}  # what asks for more than a plain exchange
LENGTH = re.compile(r"0|[1-9][0-9]{0,9}")
LONGEST_FIELDS = 2048  # bytes of header fields that are remembered


class Fields(NamedTuple):
    """A request's header fields, their names in small letters; what they say of the body and of the connection."""

    headers: dict[str, str]
    length: int
    keeps: bool


class Head(NamedTuple):
    """What comes before a request's body, which begins at the byte ``end``."""

    method: bytes
    target: bytes
    fields: Fields
    end: int


class Plain(NamedTuple):
    """One whole request, as HTTP/1.1 has it (RFC 9112). ``keeps``: the connection stays open afterwards."""

    method: str
    path: str
    query_string: bytes
    headers: dict[str, str]
    body: bytes
    keeps: bool


def read_plain(data: bytes) -> Plain | None:
    """The one whole request that some bytes are; None where they are less, more, or not plain."""
    head = _head(data)
    if not head or len(data) != head.end + head.fields.length:
        return None
    path, _, query_string = head.target.partition(b"?")
    fields = head.fields
    return Plain(head.method.decode(), path.decode(), query_string, fields.headers, data[head.end :], fields.keeps)


def lacking(data: bytes) -> int:
    """How many bytes of a plain request's body are still to come; 0 where that is not known."""
    head = _head(data)
    return max(0, head.end + head.fields.length - len(data)) if head else 0


def _head(data: bytes) -> Head | None:
    """The plain head that some bytes begin with."""
    start = data.find(b"\r\n") + 2
    end = data.find(b"\r\n\r\n", start) + 2
    line = LINE.fullmatch(data, 0, start)
    if not line or end <= start:
        return None
    lines = data[start:end]
    fields = _fields(lines) if len(lines) <= LONGEST_FIELDS else _fields.__wrapped__(lines)
    return Head(line[1], line[2], fields, end + 2) if fields else None


@lru_cache(256)
def _fields(lines: bytes) -> Fields | None:
    """The header fields of a request, if they are plain; a client sends the same ones again and again."""
    if not FIELDS.fullmatch(lines):
        return None
    pairs = [line.partition(b":") for line in lines.split(b"\r\n")[:-1]]
    headers = {name.lower().decode(): value.strip(b" \t").decode("latin-1") for name, _, value in pairs}
    connection = headers.get("connection", "keep-alive").lower()
    length = headers.get("content-length", "0")
    if (
        len(headers) < len(pairs)  # a field that comes twice
        or not HOST.fullmatch(headers.get("host", " "))
        or not DELEGATED.isdisjoint(headers)
        or connection not in ("keep-alive", "close")
        or not LENGTH.fullmatch(length)
    ):
        return None
    return Fields(headers, int(length), connection == "keep-alive")
