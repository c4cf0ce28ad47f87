"""A pool of killable query workers over one release.

A worker that passes its deadline, or whose client goes away, is killed and replaced; the front never waits for it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from citydiplomacy.errors import Overloaded, QueryTimeout, ReleaseError, Unsortable
from citydiplomacy.lastwords import error_of
from citydiplomacy.ordering import numbers_last
from citydiplomacy.sparql import Limits, check
from citydiplomacy.spawner import Forks, Spawner, Worker, born
from citydiplomacy.turns import Turns
from citydiplomacy.worker import Terms, frame, revive

MEBIBYTE = 1024 * 1024
AGAIN_SECONDS = 1.0  # after which a worker is asked for again where all have ended as soon as they were started


@dataclass(frozen=True)
class PoolSettings:
    """Size and limits of a pool; times in seconds, sizes in bytes.

    ``queue`` requests may wait for a worker, each ``queue_wait`` at most; ``memory`` is what a query may take beyond
    the store; ``services`` are the endpoints that SERVICE may call; ``disk`` is the folder of a store on
    disk, instead of memory.
    """

    workers: int = 4
    deadline: float = 30.0
    queue: int = 64
    queue_wait: float = 5.0
    memory: int = 1024 * MEBIBYTE
    answer_bytes: int = 256 * MEBIBYTE
    limits: Limits = field(default_factory=Limits)
    services: frozenset[str] = frozenset()
    disk: Path | None = None


class Request(NamedTuple):
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

    def sortable(self, error: Unsortable) -> Request:
        """The same request in a form that the engine can sort by; raises the error where there is none."""
        query = numbers_last(self.query)
        if query == self.query:
            raise error
        return self._replace(query=query)


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
            error = error_of(self._worker.frames.rest)
            self.close()
            raise error from None
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
    """Workers over the N-Quads file of one release. Use it as a context manager, or call ``close``.

    ``spawner`` is the socket of a process that has loaded it already, with the same settings; else one is started.
    ``base`` is the base IRI of queries that have none of their own (SPARQL 1.1 Protocol, "Determining the Base IRI").
    """

    def __init__(
        self,
        release: Path,
        settings: PoolSettings,
        prefixes: dict[str, str],
        base: str | None = None,
        spawner: Path | None = None,
    ) -> None:
        self.settings = settings
        terms = Terms(settings.memory, settings.answer_bytes, prefixes, base)
        self._own = None if spawner else Spawner(release, terms, settings.disk)
        if self._own:
            self._own.wait()
        self._forks = Forks(spawner or self._own.path)  # type: ignore[union-attr]
        self.turns: Turns[Worker] = Turns(settings.queue)
        self.replaced = 0
        for _ in range(settings.workers):
            self.give_back(born(self._forks))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: Request) -> Answer:
        """Starts a request and returns once its first bytes are there.

        Raises BadQuery, NotAcceptable, QueryTooBig, QueryTimeout, ResultTooBig, EngineCrashed, Overloaded.
        """
        started, seconds = time.monotonic(), self.check(request)
        try:
            return self._start(request, started, seconds)
        except Unsortable as error:
            return self._start(request.sortable(error), started, seconds)

    def _start(self, request: Request, started: float, seconds: float) -> Answer:
        worker = self.turns.take() or self._wait(min(self.settings.queue_wait, seconds))
        self.send(worker, request)
        return Answer(self, worker, started + seconds, started)

    def _wait(self, seconds: float) -> Worker:
        ready = threading.Event()
        place = self.turns.queue(ready.set)
        if not ready.wait(seconds):
            self.turns.leave(place)
            raise Overloaded("All workers are busy. Try again in a few seconds.")
        assert place.got  # noqa: S101 (for the type checker: it was set before ``ready``)
        return place.got

    @property
    def idle(self) -> int:
        """How many workers wait for a query."""
        return self.turns.idle

    def check(self, request: Request) -> float:
        """Refuses what must not reach a worker; the seconds the request may take."""
        check(request.query, self.settings.limits, self.settings.services)
        return min(request.timeout or self.settings.deadline, self.settings.deadline)

    def message(self, request: Request) -> bytes:
        """A request as it goes to a worker."""
        names = ("query", "results", "graphs", "default_graphs", "named_graphs", "truncate")
        return frame(b"Q", json.dumps({name: getattr(request, name) for name in names}).encode())

    def send(self, worker: Worker, request: Request) -> None:
        """Hands a request to a worker; Overloaded where that has gone."""
        try:
            worker.connection.settimeout(self.settings.deadline)
            worker.connection.sendall(self.message(request))
        except OSError:
            self.replace(worker)
            raise Overloaded("A worker had to be replaced. Try again.") from None

    def give_back(self, worker: Worker) -> None:
        """Hands a worker to the request that has waited longest, or keeps it for the next one."""
        self.turns.give(worker)

    def replace(self, worker: Worker) -> None:
        """Kills a worker and puts a new one in its place: at once, or as soon as one lives."""
        worker.kill()
        self.replaced += 1
        self._put()

    def _put(self) -> None:
        if self._forks.fileno() < 0:  # the pool is closed
            return
        try:
            self.give_back(born(self._forks))
        except ReleaseError:
            later = threading.Timer(AGAIN_SECONDS, self._put)
            later.daemon = True
            later.start()

    def close(self) -> None:
        """Ends all workers, and the process that forks them where it is the pool's own."""
        for worker in self.turns.drain():
            worker.kill()
        self._forks.close()
        if self._own:
            self._own.close()
