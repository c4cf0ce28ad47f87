"""A process that runs queries, one after the other, for whoever holds the other end of its socket.

On a worker's socket, both ways, a frame is one letter, four bytes of length (big endian) and the body:
``Q`` question (JSON) | ``H`` head (JSON), ``D`` bytes of the answer, ``E`` end, ``X`` error (JSON).
What a worker says on standard error before it dies comes after its last frame.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from citydiplomacy.courtesy import Turn, live
from citydiplomacy.errors import BadParameter, BadQuery, CityDiplomacyError, NotAcceptable, ResultTooBig
from citydiplomacy.media import Format
from citydiplomacy.store import DatasetChoice, Question, Store, execute, serialise
from citydiplomacy.truncation import Cut, cut_for

FRAME = struct.Struct(">cI")
HEADER = FRAME.size
CHUNK = 64 * 1024
READ = 256 * 1024
PR_SET_PDEATHSIG = 1
MADV_POPULATE_WRITE, MADV_COLLAPSE = 23, 25


@dataclass(frozen=True)
class Terms:
    """What holds for every question: bytes a query may take and an answer may have, prefixes to show, the base IRI."""

    memory: int
    answer_bytes: int
    prefixes: dict[str, str]
    base: str | None = None


class FrameWriter:
    """A file whose bytes leave as ``D`` frames, the head before the first; refuses more than ``limit`` bytes.

    A short answer leaves in one piece, head and end included: that halves the price of a small query. With ``cut`` (a
    function of ``truncation``) an answer past the limit is cut after its last whole row instead, and its head says so.
    """

    def __init__(self, connection: socket.socket, head: bytes, limit: int, cut: Cut | None = None) -> None:
        self._connection = connection
        self._head = head
        self._limit = limit
        self._cut = cut
        self._buffer = bytearray()
        self._sent = 0
        self._started = False

    def write(self, data: bytes) -> int:
        self._buffer += data
        if self._sent + len(self._buffer) > self._limit:
            if self._cut:
                raise LimitReached
            raise ResultTooBig(f"The answer is larger than {self._limit} bytes. Ask for less, or take the dump.")
        if len(self._buffer) >= CHUNK and not self._cut:
            self._connection.sendall(self._frames())
        return len(data)

    def finish(self) -> None:
        """Sends what is left, and the end."""
        self._connection.sendall(self._frames() + FRAME.pack(b"E", 0))

    def truncate(self) -> None:
        """Sends what there is up to its last whole row, marked as cut, and the end."""
        if self._cut:
            self._head = json.dumps(json.loads(self._head) | {"truncated": True}).encode()
            self._buffer = bytearray(self._cut(bytes(self._buffer[: self._limit])))
            self.finish()

    def flush(self) -> None:
        """Nothing to do: the engine calls it at the end of a serialisation, before ``finish``."""

    def _frames(self) -> bytes:
        frames = b""
        if not self._started:
            frames = frame(b"H", self._head)
            self._started = True
        if self._buffer:
            frames += FRAME.pack(b"D", len(self._buffer)) + bytes(self._buffer)
            self._sent += len(self._buffer)
            self._buffer.clear()
        return frames


class LimitReached(Exception):
    """Stops a serialisation that is to be cut short; never leaves this module."""


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """One frame as it goes over the socket."""
    return FRAME.pack(kind, len(body)) + body


def send(connection: socket.socket, kind: bytes, body: bytes = b"") -> None:
    connection.sendall(frame(kind, body))


class FrameReader:
    """Frames from a socket, with as few system calls as may be: a short answer comes with one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()

    @property
    def ready(self) -> bool:
        """Whether a whole frame is here already."""
        size = len(self._buffer)
        return size >= HEADER and size >= HEADER + FRAME.unpack_from(self._buffer)[1]

    def feed(self, data: bytes | memoryview) -> None:
        """Takes bytes that were read elsewhere; EOFError for none, which means that the other side has gone."""
        if not data:
            raise EOFError
        self._buffer += data

    @property
    def rest(self) -> str:
        """What has come and is no frame: of a worker that has died, its last words."""
        return self._buffer.decode("utf-8", "replace")

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame; EOFError where the other side has gone."""
        while not self.ready:
            self.feed(self._connection.recv(CHUNK))
        kind, length = FRAME.unpack_from(self._buffer)
        body = bytes(self._buffer[HEADER : HEADER + length])
        del self._buffer[: HEADER + length]
        return kind, body


def answer(store: Store, connection: socket.socket, request: dict[str, object], terms: Terms) -> None:
    """Runs one request and sends its frames."""
    try:
        chosen, result = execute(store, _question(request, terms))
        cut = cut_for(chosen.name) if request["truncate"] else None
        writer = FrameWriter(connection, _head(chosen), terms.answer_bytes, cut)
        try:
            serialise(chosen, result, writer, terms.prefixes)  # type: ignore[arg-type]
            writer.finish()
        except LimitReached:
            writer.truncate()
    except CityDiplomacyError as error:
        send(connection, b"X", json.dumps(describe(error)).encode())
    except RecursionError:
        send(connection, b"X", json.dumps({"error": "BadQuery", "detail": "The query nests too deep."}).encode())


@lru_cache(64)
def _head(chosen: Format) -> bytes:
    return json.dumps({"format": chosen.name, "content_type": chosen.content_type}).encode()


def own_memory() -> None:
    """Copies the pages that a forked process shares with its parent, all at once instead of one by one.

    The engine counts references in the data it reads, so they are copied anyway, as small pages. Measured with a
    million quads: queries of a new worker take three to six times as long until that is done, and twice as long over
    small pages as over huge ones. Does nothing before Linux 5.14 (no huge pages before 6.1).
    """
    libc = ctypes.CDLL(None)
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, _, _, file = line.split(maxsplit=5)[:5]
        if rights == "rw-p" and file == "0":  # an inode: of no file
            start, end = (int(one, 16) for one in span.split("-"))
            for advice in (MADV_POPULATE_WRITE, MADV_COLLAPSE):
                libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), advice)


def describe(error: CityDiplomacyError) -> dict[str, object]:
    """An error as JSON that ``pool`` turns back into the same error."""
    known: dict[str, object] = {"error": type(error).__name__, "detail": error.detail, "hint": error.hint}
    if isinstance(error, BadQuery):
        known |= {"line": error.line, "column": error.column}
    return known


def revive(known: dict[str, object]) -> CityDiplomacyError:
    """The error that ``describe`` made JSON of."""
    detail, hint = str(known["detail"]), known.get("hint")
    if known["error"] == "NotAcceptable":
        return NotAcceptable(detail)
    if known["error"] == "ResultTooBig":
        return ResultTooBig(detail)
    if known["error"] == "BadParameter":
        return BadParameter(detail)
    line, column = known.get("line"), known.get("column")
    return BadQuery(
        detail,
        line=line if isinstance(line, int) else None,
        column=column if isinstance(column, int) else None,
        hint=str(hint) if hint else None,
    )


def _question(request: dict[str, object], terms: Terms) -> Question:
    choice = DatasetChoice(tuple(request["default_graphs"]), tuple(request["named_graphs"]))  # type: ignore[arg-type]
    query, results, graphs = request["query"], request["results"], request["graphs"]
    return Question(query, results, graphs, choice, None, terms.prefixes, terms.base)  # type: ignore[arg-type]


def live_as_worker(store: Store, connection: socket.socket, terms: Terms) -> None:
    """A worker's life. It is spent in threads of their own (see ``courtesy``), which have heaps of their own.

    The first thread's heap is the loaded store: full of holes, and each page of it copied when it is first written to.
    Measured with a million quads, a look-up takes 34 microseconds in a new thread and 100 to 300 in the first.
    """
    settle(terms)
    os.dup2(connection.fileno(), 2)  # what it says before it dies comes after its last frame (see ``lastwords``)
    live(partial(_work, store, connection, terms))


def settle(terms: Terms) -> None:
    """What a forked process does first: it takes its limits upon itself, and ends with the process that forked it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the engine's last words, of which hostile queries make many
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + terms.memory, used + terms.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _work(store: Store, connection: socket.socket, terms: Terms, turn: Turn) -> None:
    """Answers one question after the other until the pool hangs up or kills the process, or one has taken long."""
    frames = FrameReader(connection)
    while not turn.lowered:
        try:
            _, body = frames.receive()
            turn.begin()
            answer(store, connection, json.loads(body), terms)
            turn.end()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            turn.over = True
            return
