"""Responses of the pages' process as they come in pieces, and those that are given in its place (RFC 9112)."""

from __future__ import annotations

import json
from email.utils import formatdate
from http import HTTPStatus

from citydiplomacy.errors import MalformedRequest, Overloaded
from citydiplomacy.web.answers import COMMON
from citydiplomacy.web.incoming import Refusal

END = b"\r\n\r\n"
BUSY = Refusal(503, "Try again in a moment.")
TITLES = {HTTPStatus.BAD_REQUEST: MalformedRequest.title, HTTPStatus.SERVICE_UNAVAILABLE: Overloaded.title}
BARE = {b"connection", b"content-length", b"date"}  # all that the HTTP server behind says of what it refuses by itself
BARE_DETAIL = "The request is not as HTTP/1.1 has it, or larger than this server takes."


class Outgoing:
    """One response. What ``take`` returns is to be passed on, until it is ``over``; all of ours tell their length.

    ``head_only`` where it is one to HEAD. ConnectionError where it has no length.
    """

    def __init__(self, *, head_only: bool) -> None:
        self._head_only = head_only
        self._head = bytearray()
        self._left: int | None = None  # of its body; not known yet
        self.refused = 0  # the status with which it is told in our words
        self.keeps = True  # whether the connection is open for another request afterwards

    @property
    def begun(self) -> bool:
        """Whether anything of it has been passed on."""
        return self._left is not None

    @property
    def over(self) -> bool:
        return self._left == 0

    def take(self, data: bytes) -> bytes:
        """Takes what has come; a head is passed on once it is whole."""
        if self._left is None:
            self._head += data
            return self._take_head()
        self._left -= len(data)
        return data

    def _take_head(self) -> bytes:
        passed = b""
        while self._left is None and (end := self._head.find(END)) >= 0:
            head, self._head = bytes(self._head[:end]), self._head[end + len(END) :]
            status = head.split(maxsplit=2)[1]
            if status.startswith(b"1"):  # to go on with the body; the response is still to come
                passed += head + END
            else:
                passed += self._read(head, int(status))
        return passed

    def _read(self, head: bytes, status: int) -> bytes:
        """The head, and what has come of the body."""
        first, *lines = head.lower().split(b"\r\n")
        fields = {name: value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        self.keeps = fields.get(b"connection", b"keep-alive" if b"/1.1 " in first else b"") == b"keep-alive"
        if fields.keys() == BARE and status >= HTTPStatus.BAD_REQUEST:
            self._left, self.refused = 0, status
            return problem(Refusal(status, BARE_DETAIL), head_only=self._head_only)
        bodiless = self._head_only or status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        if not bodiless and not fields.get(b"content-length", b"").isdigit():
            raise ConnectionAbortedError
        self._left = 0 if bodiless else int(fields[b"content-length"]) - len(self._head)
        return head + END + bytes(self._head)


def problem(refusal: Refusal, *, head_only: bool = False) -> bytes:
    """A response that says what is wrong (RFC 9457), after which the connection ends."""
    status = HTTPStatus(refusal.status)
    title = TITLES.get(status, status.phrase)
    document = {"type": "about:blank", "title": title, "status": refusal.status, "detail": refusal.detail}
    body = json.dumps(document).encode()
    retry = (("Retry-After", "2"),) if status == HTTPStatus.SERVICE_UNAVAILABLE else ()
    fields = (
        ("Date", formatdate(usegmt=True)),
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        *COMMON,
        *retry,
        ("Connection", "close"),
    )
    lines = [f"HTTP/1.1 {refusal.status} {status.phrase}", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode() + (b"" if head_only else body)
