"""Questions to workers from an event loop, without a task, a timer or a thread for each of them.

All workers that were ever asked stand in one epoll object, which the loop watches for good. It is edge-triggered: a
worker that is used from a thread in between makes it fire, too, which is then passed over.
"""

from __future__ import annotations

import asyncio
import json
import select
from functools import lru_cache
from typing import Any

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.spawner import Worker
from citydiplomacy.web.answers import Gathering, Long, Stored
from citydiplomacy.web.patience import wake
from citydiplomacy.worker import READ, revive

READABLE = select.EPOLLIN | select.EPOLLET
BOTH = READABLE | select.EPOLLOUT
EVENTS = 64  # taken from the system at a time


class Exchange:
    """One question under way; ``waiter`` is woken when it is over."""

    __slots__ = ("_gathering", "_head", "error", "fresh", "unsent", "waiter", "whole", "worker")

    def __init__(self, worker: Worker, message: bytes, waiter: asyncio.Future[None]) -> None:
        self.worker = worker
        self.unsent = message
        self.fresh = True  # nothing is sent yet
        self.waiter = waiter
        self.whole: Stored | Long | None = None
        self.error: Exception | None = None
        self._gathering = Gathering()
        self._head: dict[str, Any] = {}

    @property
    def over(self) -> bool:
        return self.whole is not None or self.error is not None

    def take(self, data: memoryview) -> None:
        """Takes bytes from the worker. Raises the error it answers, EOFError where it has died."""
        frames = self.worker.frames
        frames.feed(data)
        while frames.ready:
            kind, body = frames.receive()
            if kind == b"D":
                self._gathering.add(body)
            elif kind == b"H":
                self._head = _head(body)
            elif kind == b"X":
                raise revive(json.loads(body))
            else:
                truncated = self._head.get("truncated", False)
                self.whole = self._gathering.finish(self._head["content_type"], truncated=truncated)

    def fail(self, error: Exception) -> None:
        self._gathering.close()
        self.error = error


class Exchanges:
    """The exchanges of one event loop; used in that loop only."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._watched: dict[int, Worker] = {}
        self._running: dict[int, Exchange] = {}
        self._buffer = memoryview(bytearray(READ))

    def start(self, worker: Worker, message: bytes, waiter: asyncio.Future[None]) -> Exchange:
        """Sends a worker its question."""
        descriptor = worker.connection.fileno()
        if self._watched.get(descriptor) is not worker:
            self._watch(worker)
        if worker.connection.gettimeout() != 0:
            worker.connection.setblocking(False)
        exchange = self._running[descriptor] = Exchange(worker, message, waiter)
        self._step(descriptor, exchange)
        return exchange

    def abandon(self, exchange: Exchange) -> None:
        """Forgets an exchange whose worker is about to be killed."""
        self._running.pop(exchange.worker.connection.fileno(), None)
        exchange.fail(EOFError())

    def _watch(self, worker: Worker) -> None:
        """Watches a worker that is asked for the first time; the system forgets it when it closes its socket."""
        if not self._watched:
            asyncio.get_running_loop().add_reader(self._epoll.fileno(), self._turn)
        self._epoll.register(worker.connection.fileno(), READABLE)
        self._watched[worker.connection.fileno()] = worker

    def _turn(self) -> None:
        """Goes on with all exchanges whose worker has something to say, or room for the rest of its question."""
        for descriptor, _ in self._epoll.poll(0, EVENTS):
            exchange = self._running.get(descriptor)
            if exchange:
                self._step(descriptor, exchange)

    def _step(self, descriptor: int, exchange: Exchange) -> None:
        """Sends what can be sent, or takes what has come."""
        try:
            if exchange.unsent:
                self._send(descriptor, exchange)
            else:
                self._receive(exchange)
        except BlockingIOError:
            return
        except (OSError, EOFError, CityDiplomacyError) as error:
            exchange.fail(error)
        if exchange.over:
            del self._running[descriptor]
            wake(exchange.waiter)

    def _send(self, descriptor: int, exchange: Exchange) -> None:
        sent = exchange.worker.connection.send(exchange.unsent)
        whole = sent == len(exchange.unsent)
        if not (whole and exchange.fresh):
            self._epoll.modify(descriptor, READABLE if whole else BOTH)
        exchange.unsent = exchange.unsent[sent:]
        exchange.fresh = False

    def _receive(self, exchange: Exchange) -> None:
        """Takes all that is there: a full buffer may leave something behind, of which nothing would be heard again."""
        count = READ
        while count == READ and not exchange.over:
            count = exchange.worker.connection.recv_into(self._buffer)
            exchange.take(self._buffer[:count])


@lru_cache(64)
def _head(body: bytes) -> dict[str, Any]:
    """A head as it is sent before an answer; there are few, one for each format."""
    known: dict[str, Any] = json.loads(body)
    return known
