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

from citydiplomacy.errors import BadQuery, CityDiplomacyError, NotAcceptable, ResultTooBig
from citydiplomacy.store import DatasetChoice, Question, Store, execute, load_store, serialise

FRAME = struct.Struct(">cI")
CHUNK = 64 * 1024
PR_SET_PDEATHSIG = 1


class FrameWriter:
    """A file whose bytes leave as ``D`` frames, the head before the first; refuses more than ``limit`` bytes."""

    def __init__(self, connection: socket.socket, head: dict[str, object], limit: int) -> None:
        self._connection = connection
        self._head = head
        self._limit = limit
        self._buffer = bytearray()
        self._sent = 0
        self._started = False

    def write(self, data: bytes) -> int:
        self._buffer += data
        if self._sent + len(self._buffer) > self._limit:
            raise ResultTooBig(f"The answer is larger than {self._limit} bytes. Ask for less, or take the dump.")
        if len(self._buffer) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if not self._started:
            send(self._connection, b"H", json.dumps(self._head).encode())
            self._started = True
        if self._buffer:
            send(self._connection, b"D", bytes(self._buffer))
            self._sent += len(self._buffer)
            self._buffer.clear()


def send(connection: socket.socket, kind: bytes, body: bytes = b"") -> None:
    connection.sendall(FRAME.pack(kind, len(body)) + body)


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """The next frame; EOFError where the other side has gone."""
    kind, length = FRAME.unpack(_exactly(connection, FRAME.size))
    return kind, _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        more = connection.recv(min(length - len(data), 1 << 20))
        if not more:
            raise EOFError
        data += more
    return bytes(data)


def answer(store: Store, connection: socket.socket, request: dict[str, object], limit: int) -> None:
    """Runs one request and sends its frames."""
    try:
        question = _question(request)
        chosen, result = execute(store, question)
        writer = FrameWriter(connection, {"format": chosen.name, "content_type": chosen.content_type}, limit)
        serialise(chosen, result, writer, dict(request["shown_prefixes"]))  # type: ignore[arg-type, call-overload]
        writer.flush()
        send(connection, b"E")
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
    return Question(dataset=choice, **texts)  # type: ignore[arg-type]


def _work(store: Store, connection: socket.socket, memory: int, limit: int) -> None:
    """A worker's life: one question after the other until the pool hangs up or kills it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            _, body = receive(connection)
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
