"""A pool of killable query workers over one release.

A worker that passes its deadline, or whose client goes away, is killed and replaced; the front never waits for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from citydiplomacy.errors import Overloaded, QueryTimeout, QueryTooBig, ReleaseError
from citydiplomacy.sparql import Limits, check
from citydiplomacy.worker import FrameReader, frame, revive

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class PoolSettings:
    """Size and limits of a pool; times in seconds, sizes in bytes.

    ``queue`` requests may wait for a worker, each ``queue_wait`` at most; ``memory`` is what a query may take beyond
    the store; ``services`` are the endpoints that SERVICE may call.
    """

    workers: int = 4
    deadline: float = 30.0
    queue: int = 16
    queue_wait: float = 5.0
    memory: int = 1024 * MEBIBYTE
    answer_bytes: int = 256 * MEBIBYTE
    limits: Limits = field(default_factory=Limits)
    services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Request:
    """A query with the formats its client accepts (names in ``media``; None: none) and its dataset.

    ``truncate`` asks for the beginning of an answer that is past the limit instead of an error.
    """

    query: str
    results: str | None = "json"
    graphs: str | None = "turtle"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None
    truncate: bool = False


class Worker:
    """One forked process and the socket to it."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.connection = connection
        self.frames = FrameReader(connection)
        self._handle = os.pidfd_open(pid)

    def kill(self) -> None:
        """Ends the process at once. The handle names this process and no other, even after it has gone."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        os.close(self._handle)
        self.connection.close()


class Answer:
    """The answer to one request: its format, then its bytes as they come. Close it, or read it to its end."""

    def __init__(self, pool: WorkerPool, worker: Worker, deadline: float, started: float) -> None:
        self._pool = pool
        self._worker: Worker | None = worker
        self._deadline = deadline
        self._seconds = deadline - started
        head = json.loads(self._frame(b"H"))
        self.format: str = head["format"]
        self.content_type: str = head["content_type"]
        self.truncated: bool = head.get("truncated", False)

    def __iter__(self) -> Iterator[bytes]:
        """The bytes of the answer; raises where the query fails or runs out of time in the middle."""
        try:
            while chunk := self._frame(b"D"):
                yield chunk
        finally:
            self.close()

    def read(self) -> bytes:
        """The whole answer at once."""
        return b"".join(self)

    def close(self) -> None:
        """Gives the worker back, or kills it where the answer was not read to its end."""
        if self._worker:
            worker, self._worker = self._worker, None
            self._pool.replace(worker)

    def _frame(self, wanted: bytes) -> bytes:
        """The body of the next frame, empty at the end."""
        if not self._worker:
            return b""
        try:
            kind, body = self._next(self._worker)
        except (EOFError, ConnectionResetError):
            self.close()
            raise QueryTooBig("The query needed more memory than it may have, or nests too deep.") from None
        except TimeoutError:
            self.close()
            raise QueryTimeout(f"The query was stopped after {self._seconds:g} seconds.") from None
        if kind == wanted:
            return body
        worker, self._worker = self._worker, None
        self._pool.give_back(worker)
        if kind == b"X":
            raise revive(json.loads(body))
        return b""

    def _next(self, worker: Worker) -> tuple[bytes, bytes]:
        """The worker's next frame; TimeoutError past the deadline, EOFError where the worker has died."""
        if not worker.frames.ready:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            worker.connection.settimeout(left)
        return worker.frames.receive()


class WorkerPool:
    """Workers over the N-Quads file of one release. Use it as a context manager, or call ``close``."""

    def __init__(self, release: Path, settings: PoolSettings, prefixes: dict[str, str]) -> None:
        self.settings = settings
        self._prefixes = prefixes
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", "citydiplomacy.worker", str(release), str(theirs.fileno())]
        command += [str(settings.memory), str(settings.answer_bytes)]
        self._spawner = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._waiting: deque[Future[Worker]] = deque()
        self._turn = threading.Lock()
        self.replaced = 0
        if self._control.recv(6) != b"ready\n":
            self.close()
            raise ReleaseError(f"{release} could not be loaded; build it again.")
        for _ in range(settings.workers):
            self.give_back(self._spawn())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: Request) -> Answer:
        """Starts a request and returns once its first bytes are there.

        Raises BadQuery, NotAcceptable, QueryTooBig, QueryTimeout, ResultTooBig, or Overloaded where no worker is free.
        """
        started = time.monotonic()
        seconds = self.check(request)
        waiting = self.acquire()
        try:
            worker = waiting.result(timeout=min(self.settings.queue_wait, seconds))
        except TimeoutError:
            self.give_up(waiting)
            raise Overloaded("All workers are busy. Try again in a few seconds.") from None
        self.send(worker, request)
        return Answer(self, worker, started + seconds, started)

    def check(self, request: Request) -> float:
        """Refuses what must not reach a worker; the seconds the request may take."""
        check(request.query, self.settings.limits, self.settings.services)
        return min(request.timeout or self.settings.deadline, self.settings.deadline)

    def message(self, request: Request) -> bytes:
        """A request as it goes to a worker."""
        body = {
            "query": request.query,
            "results": request.results,
            "graphs": request.graphs,
            "default_graphs": request.default_graphs,
            "named_graphs": request.named_graphs,
            "prefixes": {},
            "shown_prefixes": self._prefixes,
            "truncate": request.truncate,
        }
        return frame(b"Q", json.dumps(body).encode())

    def send(self, worker: Worker, request: Request) -> None:
        """Hands a request to a worker; Overloaded where that has gone."""
        try:
            worker.connection.settimeout(self.settings.deadline)
            worker.connection.sendall(self.message(request))
        except OSError:
            self.replace(worker)
            raise Overloaded("A worker had to be replaced. Try again.") from None

    def acquire(self) -> Future[Worker]:
        """A worker, now or when one is given back; Overloaded at once where too many wait already."""
        future: Future[Worker] = Future()
        with self._turn:
            if self._idle:
                future.set_result(self._idle.pop())
            elif len(self._waiting) >= self.settings.queue:
                raise Overloaded(f"All workers are busy and {len(self._waiting)} requests wait. Try again soon.")
            else:
                self._waiting.append(future)
        return future

    def give_up(self, waiting: Future[Worker]) -> None:
        """Ends a wait for a worker; one that came at the last moment is given back."""
        with self._turn:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
        if not waiting.cancel() and not waiting.cancelled():
            self.give_back(waiting.result())

    @property
    def idle(self) -> int:
        """How many workers wait for a query."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker."""
        return len(self._waiting)

    def give_back(self, worker: Worker) -> None:
        """Hands a worker to the request that has waited longest, or keeps it for the next one."""
        with self._turn:
            while self._waiting:
                waiting = self._waiting.popleft()
                if waiting.set_running_or_notify_cancel():
                    waiting.set_result(worker)
                    return
            self._idle.append(worker)

    def replace(self, worker: Worker) -> None:
        """Kills a worker and puts a new one in its place."""
        worker.kill()
        self.replaced += 1
        self.give_back(self._spawn())

    def close(self) -> None:
        """Ends all workers and the process that forks them."""
        with self._turn:
            while self._idle:
                self._idle.pop().kill()
        self._control.close()
        try:
            self._spawner.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._spawner.kill()
            self._spawner.wait()

    def _spawn(self) -> Worker:
        ours, theirs = socket.socketpair()
        with self._lock:
            socket.send_fds(self._control, [b"f"], [theirs.fileno()])
            theirs.close()
            (pid,) = struct.unpack(">I", self._control.recv(4))
        return Worker(pid, ours)
