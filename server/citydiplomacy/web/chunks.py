"""Bodies that come in chunks (RFC 9112, section 7.1)."""

from __future__ import annotations

import re

SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[\t ]*(;[\t\x20-\x7e\x80-\xff]*)?")
LINE_MOST, TRAILERS_MOST = 4096, 16 * 1024  # bytes
MANY, SHORT = 1000, 16  # past so many chunks, they have to have so many bytes on average: each of them costs time


class Chunks:
    """A body in chunks: passed on in chunks of our own, without extensions and trailers.

    So nobody behind can take it for longer or shorter than we do.
    """

    def __init__(self) -> None:
        self.rest = bytearray()  # what has not been read yet; at the end, what came after the body
        self.sound = True
        self.over = False
        self._left = 0  # of a chunk
        self._after = self._ending = False  # whether a chunk's end is to come, or trailers
        self._trailers = self._count = self._sum = 0

    def take(self, data: bytes) -> bytes:
        """What is to be passed on, now that these bytes have come."""
        self.rest += data
        passed = bytearray()
        while self.sound and not self.over and self._step(passed):
            pass
        return bytes(passed)

    def _step(self, passed: bytearray) -> bool:
        """Reads a piece of a chunk, or a line; False where more has to come first."""
        if self._left:
            piece = self.rest[: self._left]
            del self.rest[: self._left]
            self._left -= len(piece)
            self._after = not self._left
            if piece:
                passed += b"%x\r\n%s\r\n" % (len(piece), piece)
            return bool(piece)
        end = self.rest.find(b"\n") + 1
        line = bytes(self.rest[:end])
        if len(line or self.rest) > LINE_MOST or (line and not line.endswith(b"\r\n")):
            self.sound = False
        elif line:
            del self.rest[:end]
            self._read(line[:-2], passed)
        return bool(line)

    def _read(self, line: bytes, passed: bytearray) -> None:
        """Understands a line: the end of a chunk, a trailer (which is dropped), or a size."""
        if self._after:
            self._after, self.sound = False, not line
        elif self._ending:
            self._trailers += len(line)
            self.sound, self.over = self._trailers <= TRAILERS_MOST, not line
            if self.over:
                passed += b"0\r\n\r\n"
        elif size := SIZE.fullmatch(line):
            self._left = int(size[1], 16)
            self._ending = not self._left
            self._count, self._sum = self._count + 1, self._sum + self._left
            self.sound = self._count <= MANY or self._sum >= SHORT * self._count
        else:
            self.sound = False
