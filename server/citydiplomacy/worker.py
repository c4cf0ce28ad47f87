"""The process that runs queries, and the process that forks it.

``python -m citydiplomacy.worker RELEASE.nq FD MEMORY BYTES`` loads a release once and then forks a worker each time the
pool asks for one over the socket FD, handing it the socket the pool sent along. Workers share the loaded store's memory
pages, start in a few milliseconds, and can be killed at any time: nothing they do outlives them.

On a worker's socket, both ways, a frame is one letter, four bytes of length (big endian) and the body:
``Q`` question (JSON) | ``H`` head (JSON), ``D`` bytes of the answer, ``E`` end, ``X`` error (JSON).
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path

from citydiplomacy.errors import BadParameter, BadQuery, CityDiplomacyError, NotAcceptable, ResultTooBig
from citydiplomacy.store import DatasetChoice, Question, Store, execute, load_store, serialise
from citydiplomacy.truncation import Cut, cut_for

FRAME = struct.Struct(">cI")
CHUNK = 64 * 1024
READ = 256 * 1024
PR_SET_PDEATHSIG = 1


class FrameWriter:
    """A file whose bytes leave as ``D`` frames, the head before the first; refuses more than ``limit`` bytes.

    A short answer leaves in one piece, head and end included: that halves the price of a small query. With ``cut`` (a
    function of ``truncation``) an answer past the limit is cut after its last whole row instead, and its head says so.
    """

    def __init__(self, connection: socket.socket, head: dict[str, object], limit: int, cut: Cut | None = None) -> None:
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
            self._head["truncated"] = True
            self._buffer = bytearray(self._cut(bytes(self._buffer[: self._limit])))
            self.finish()

    def flush(self) -> None:
        """Nothing to do: the engine calls it at the end of a serialisation, before ``finish``."""

    def _frames(self) -> bytes:
        frames = b""
        if not self._started:
            head = json.dumps(self._head).encode()
            frames = FRAME.pack(b"H", len(head)) + head
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
        return len(self._buffer) >= FRAME.size and len(self._buffer) >= FRAME.size + FRAME.unpack_from(self._buffer)[1]

    def feed(self, data: bytes) -> None:
        """Takes bytes that were read elsewhere; EOFError for none, which means that the other side has gone."""
        if not data:
            raise EOFError
        self._buffer += data

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame; EOFError where the other side has gone."""
        while not self.ready:
            self.feed(self._connection.recv(READ))
        kind, length = FRAME.unpack_from(self._buffer)
        body = bytes(self._buffer[FRAME.size : FRAME.size + length])
        del self._buffer[: FRAME.size + length]
        return kind, body


def answer(store: Store, connection: socket.socket, request: dict[str, object], limit: int) -> None:
    """Runs one request and sends its frames."""
    try:
        question = _question(request)
        chosen, result = execute(store, question)
        head: dict[str, object] = {"format": chosen.name, "content_type": chosen.content_type}
        writer = FrameWriter(connection, head, limit, cut_for(chosen.name) if request["truncate"] else None)
        try:
            serialise(chosen, result, writer, dict(request["shown_prefixes"]))  # type: ignore[arg-type, call-overload]
            writer.finish()
        except LimitReached:
            writer.truncate()
    except CityDiplomacyError as error:
        send(connection, b"X", json.dumps(describe(error)).encode())
    except RecursionError:
        send(connection, b"X", json.dumps({"error": "BadQuery", "detail": "The query nests too deep."}).encode())


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


def _question(request: dict[str, object]) -> Question:
    texts = {key: request[key] for key in ("query", "results", "graphs", "prefixes")}
    choice = DatasetChoice(tuple(request["default_graphs"]), tuple(request["named_graphs"]))  # type: ignore[arg-type]
    known = dict(request["shown_prefixes"])  # type: ignore[call-overload]
    return Question(dataset=choice, known_prefixes=known, **texts)  # type: ignore[arg-type]


def _work(store: Store, connection: socket.socket, memory: int, limit: int) -> None:
    """A worker's life: one question after the other until the pool hangs up or kills it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    frames = FrameReader(connection)
    while True:
        try:
            _, body = frames.receive()
            answer(store, connection, json.loads(body), limit)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def main(arguments: list[str]) -> int:
    """Loads the release, then forks a worker for each socket that arrives; ends when the pool hangs up."""
    release, descriptor, memory, limit = Path(arguments[0]), *map(int, arguments[1:4])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    store = load_store(release)
    control.sendall(b"ready\n")
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return 0
        child = os.fork()
        if child == 0:
            control.close()
            _work(store, socket.socket(fileno=descriptors[0]), memory, limit)
            os._exit(0)
        os.close(descriptors[0])
        control.sendall(struct.pack(">I", child))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
