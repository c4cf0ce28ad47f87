"""Files of a release over HTTP: whole or in part, by condition (RFC 9110, sections 13 and 14; RFC 9530 for the digest).

Under granian the file itself is sent by the server (``PART`` in the environment tells it which part); under another
WSGI server it goes out in pieces. Neither holds a file in memory.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from citydiplomacy.web.answers import matches

SENDS_FILES, PART = "citydiplomacy.sends_files", "citydiplomacy.part"
PIECE = 256 * 1024
RANGE = re.compile(r"bytes=(?P<first>\d*)-(?P<last>\d*)")
FOR_GOOD = "public, max-age=31536000, immutable"
EPOCH = "1970-01-01"


@dataclass(frozen=True)
class Part:
    """A part of a file: bytes ``start`` to ``end``, the last one not included."""

    path: Path
    start: int
    end: int

    def __iter__(self) -> Iterator[bytes]:
        left = self.end - self.start
        with self.path.open("rb") as file:
            file.seek(self.start)
            while left > 0 and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece


@dataclass(frozen=True)
class Published:
    """A file with what is known of it: SHA-256 in hexadecimal, the date of its release, its media type."""

    path: Path
    sha256: str
    issued: str
    content_type: str

    @property
    def etag(self) -> str:
        """A strong validator: the same bytes, the same tag."""
        return f'"{self.sha256[:32]}"'

    @property
    def modified(self) -> datetime:
        """The date of the release at midnight: the same on every machine."""
        return datetime.fromisoformat(self.issued or EPOCH).replace(tzinfo=UTC)

    @property
    def headers(self) -> dict[str, str]:
        digest = base64.b64encode(bytes.fromhex(self.sha256)).decode()
        return {
            "ETag": self.etag,
            "Last-Modified": format_datetime(self.modified, usegmt=True),
            "Repr-Digest": f"sha-256=:{digest}:",
            "Accept-Ranges": "bytes",
            "Cache-Control": FOR_GOOD,
        }


@dataclass(frozen=True)
class FileReply:
    """Status, headers and, where there is a body, the part of the file that it is."""

    status: int
    headers: dict[str, str]
    part: Part | None = None


def reply(published: Published, request: Mapping[str, str]) -> FileReply:
    """The reply to a GET or HEAD with these request headers (names in lower case)."""
    size = published.path.stat().st_size
    headers = published.headers
    if _fails(published, request):
        return FileReply(412, headers)
    if _is_known(published, request):
        return FileReply(304, headers)
    headers["Content-Type"] = published.content_type
    span = _span(published, request, size)
    if span is None:
        return FileReply(200, headers | {"Content-Length": str(size)}, Part(published.path, 0, size))
    start, end = span
    if start >= end:
        return FileReply(416, published.headers | {"Content-Range": f"bytes */{size}"})
    more = {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return FileReply(206, headers | more, Part(published.path, start, end))


def _fails(published: Published, request: Mapping[str, str]) -> bool:
    """Whether the client wants another version than this (RFC 9110, 13.2.2, steps 1 and 2)."""
    tags = request.get("if-match", "")
    if tags:
        return "*" not in tags and published.etag not in [one.strip() for one in tags.split(",")]
    since = _date(request.get("if-unmodified-since", ""))
    return since is not None and published.modified > since


def _is_known(published: Published, request: Mapping[str, str]) -> bool:
    """Whether the client has this version (steps 3 and 4)."""
    tags = request.get("if-none-match", "")
    if tags:
        return matches(tags, published.etag)
    since = _date(request.get("if-modified-since", ""))
    return since is not None and published.modified <= since


def _span(published: Published, request: Mapping[str, str], size: int) -> tuple[int, int] | None:
    """The bytes asked for, empty where there are none; None for the whole file.

    Several ranges, other units and a failing If-Range get the whole file, as the RFC allows (14.2, 13.1.5).
    """
    match = RANGE.fullmatch(request.get("range", "").replace(" ", ""))
    if not match or match[0] == "bytes=-" or not _still_the_same(published, request.get("if-range", "")):
        return None
    first, last = match["first"], match["last"]
    if not first:
        return (max(0, size - int(last)), size) if int(last) else (size, size)
    if last and int(last) < int(first):
        return None  # not valid, so it is no range (14.1.1)
    return int(first), min(size, int(last) + 1) if last else size


def _still_the_same(published: Published, condition: str) -> bool:
    """If-Range: the very ETag, or the very date."""
    return not condition or condition == published.etag or _date(condition) == published.modified


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
