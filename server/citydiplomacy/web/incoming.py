"""Requests as they come in pieces: where each ends, and whether it may be passed on (RFC 9112)."""

from __future__ import annotations

import re
from typing import NamedTuple

from citydiplomacy.web.chunks import Chunks

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
LINE = re.compile(rb"(" + TOKEN + rb") ([!-~]+) HTTP/1\.([01])")
HOST = re.compile(r"([0-9A-Za-z._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(:\d*)?")  # RFC 3986, section 3.2.2
FIELD = re.compile(rb"(" + TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)")  # nothing in it can be read in two ways: linear
BEGUN_LINE = re.compile(rb"[\x20-\x7e]*\r?")
END = re.compile(rb"\r?\n\r?\n")  # a line may end without its CR (section 2.2)
NEWLINE = re.compile(rb"\r?\n")
TARGET_MOST, HEAD_MOST, FIELDS_MOST = 65_000, 128 * 1024, 100  # less than the server behind takes


class Refusal(NamedTuple):
    """Why a request is not passed on."""

    status: int
    detail: str


TOO_LONG = Refusal(414, f"The first line of a request may have {TARGET_MOST} bytes. POST the query instead.")
TOO_BIG = Refusal(431, f"The head of a request may have {HEAD_MOST} bytes in {FIELDS_MOST} fields.")
NO_REQUEST = Refusal(
    400, "The request does not begin with METHOD, target and HTTP/1.1. All but ASCII is percent-encoded in a target."
)
NO_LENGTH = Refusal(400, "How long the body is must be said by one Content-Length that is a number, or by chunks.")
NO_CHUNKS = Refusal(400, "The body says that it comes in chunks, and does not.")


class Sized:
    """A body of so many bytes."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.sound = True
        self.rest = b""

    @property
    def over(self) -> bool:
        return not self._left

    def take(self, data: bytes) -> bytes:
        """What of these bytes belongs to the body."""
        passed, self.rest = data[: self._left], data[self._left :]
        self._left -= len(passed)
        return passed


class Incoming:
    """One request. What ``take`` returns is to be passed on, until it is ``over``, or there is a ``refusal``."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._lines = b""  # the end of its first line, once that has come
        self._body: Sized | Chunks | None = None  # not known yet
        self.method = b""
        self.minor = b"1"  # of the HTTP version
        self.refusal: Refusal | None = None

    @property
    def begun(self) -> bool:
        """Whether anything of it has come."""
        return bool(self._head) or self._body is not None

    @property
    def over(self) -> bool:
        return self._body is not None and self._body.over

    @property
    def rest(self) -> bytes:
        """What came after the request."""
        return bytes(self._body.rest) if self._body else b""

    def take(self, data: bytes) -> bytes:
        """Takes what has come; a head is passed on once it is whole."""
        head = b""
        if self._body is None:
            head, data = self._take_head(data)
        if self._body is None or self.refusal:
            return b""
        passed = self._body.take(data)
        if not self._body.sound:
            self.refusal = NO_CHUNKS
        return head + passed

    def _take_head(self, data: bytes) -> tuple[bytes, bytes]:
        """The head with the empty line after it, and what comes then; both empty where it is not whole."""
        data = data if self._head else data.lstrip(b"\r\n")  # empty lines before a request mean nothing
        seen = max(0, len(self._head) - 3)
        self._head += data
        end = END.search(self._head, seen)
        if not end or end.end() > HEAD_MOST:
            self.refusal = self._trouble_with(data)
            return b"", b""
        self.refusal = self._read(NEWLINE.split(bytes(self._head[: end.start()])))
        return bytes(self._head[: end.end()]), bytes(self._head[end.end() :])

    def _trouble_with(self, data: bytes) -> Refusal | None:
        """Why a head is refused before it is whole, now that some bytes have come; they are looked at once."""
        if not self._lines:
            line, self._lines, _ = data.partition(b"\n")
            if not BEGUN_LINE.fullmatch(line):
                return NO_REQUEST
            if not self._lines and len(self._head) > TARGET_MOST:
                return TOO_LONG
        return TOO_BIG if len(self._head) > HEAD_MOST else None

    def _read(self, lines: list[bytes]) -> Refusal | None:
        """Finds out from the head what body there is to be; why there can be none."""
        line = LINE.fullmatch(lines[0])
        fields = [FIELD.fullmatch(one) for one in lines[1:]]
        if not line:
            return NO_REQUEST
        self.method, self.minor = line[1], line[3]
        if len(line[2]) > TARGET_MOST:
            return TOO_LONG
        if len(fields) > FIELDS_MOST:
            return TOO_BIG
        for number, field in enumerate(fields, 1):
            if not field:
                return Refusal(400, f"Field {number} of the request's head is not as HTTP/1.1 has it.")
        self._body = _body_of([(one[1].lower(), one[2].strip(b" \t")) for one in fields if one], self.minor)
        return None if self._body else NO_LENGTH


def _body_of(fields: list[tuple[bytes, bytes]], minor: bytes) -> Sized | Chunks | None:
    """The body that a head announces (section 6.3); None where that is unclear, or nothing that is understood here."""
    lengths = [value for name, value in fields if name == b"content-length"]
    codings = [value.lower() for name, value in fields if name == b"transfer-encoding"]
    if codings:
        return Chunks() if codings == [b"chunked"] and not lengths and minor == b"1" else None
    if not lengths:
        return Sized(0)
    return Sized(int(lengths[0])) if len(lengths) == 1 and re.fullmatch(rb"\d{1,18}", lengths[0]) else None
