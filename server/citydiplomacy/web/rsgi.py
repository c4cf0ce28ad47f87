"""The application as granian calls it: queries are answered in one event loop, pages by Flask in threads beside it.

RSGI (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md) tells when a client has left, so its
worker is freed at once, and no thread waits for slow clients: neither while they send nor while they read.
"""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

from cachetools import LRUCache

from citydiplomacy.errors import CityDiplomacyError, MalformedRequest, Overloaded, QueryTimeout, Unsortable
from citydiplomacy.lastwords import error_of
from citydiplomacy.pool import Request, WorkerPool
from citydiplomacy.spawner import Worker
from citydiplomacy.web.answers import COMMON, Conditions, Long, Reply, Stored
from citydiplomacy.web.exchange import Exchange, Exchanges
from citydiplomacy.web.files import PART, SENDS_FILES, Part
from citydiplomacy.web.front import ERROR, LONGEST, OPERATION, SHORTCUTS
from citydiplomacy.web.mounting import client_of, peer_of
from citydiplomacy.web.outcomes import Outcome
from citydiplomacy.web.patience import PATIENCE, Patience, watch
from citydiplomacy.web.protocol import Operation, read_operation, request_of, wanted_formats
from citydiplomacy.web.remoting import ClientGone, ask_engine
from citydiplomacy.web.sending import check_head, read_body
from citydiplomacy.web.wsgi import Pairs, environ_of, run

if TYPE_CHECKING:
    from flask import Flask

    from citydiplomacy.web.site import Site

logger = logging.getLogger(__name__)
PIECE_SECONDS = 30.0  # for taking one piece of a long answer
COLLECTION = (20_000, 20, 100)  # objects between collections: few of ours are in cycles, thousands are made a second
PAGE_THREADS, PAGES_WAITING = 16, 256
QUERY_METHODS = ("GET", "HEAD", "POST", "QUERY")


class Application:
    """What granian serves. ``load`` makes the Flask application in the process that serves it."""

    def __init__(self, load: Callable[[], Flask]) -> None:
        self._flask = load()
        self._site: Site = self._flask.extensions["site"]
        self._pool = cast("WorkerPool", self._site.pool)  # used where there is no engine elsewhere
        self._paths = {"/sparql", f"{self._site.settings.prefix}/sparql"}
        gc.freeze()  # what is here now stays
        gc.set_threshold(*COLLECTION)
        self._threads = ThreadPoolExecutor(PAGE_THREADS)
        self._exchanges, self._patience = Exchanges(), Patience()
        self._pages = 0
        self._shortcuts: LRUCache[tuple[str, str, str], tuple[Pairs, bytes, Outcome]] = LRUCache(SHORTCUTS)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._site.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        started = time.perf_counter()
        try:
            if scope.proto != "http":
                protocol.close(403)
                return
            check_head(scope)
            if scope.path == "*":
                protocol.response_empty(204, [("Allow", ", ".join((*QUERY_METHODS, "OPTIONS"))), *COMMON])
            elif scope.path not in self._paths or scope.method not in QUERY_METHODS:
                await self._page(scope, protocol, {})
            else:
                await self._endpoint(scope, protocol, started)
        except MalformedRequest as error:
            await self._page(scope, protocol, {ERROR: error})
        except Exception:  # the server would answer 500 in silence
            logger.exception("unexpected error")
            raise

    async def _endpoint(self, scope: Any, protocol: Any, started: float) -> None:
        """``/sparql``: an answer known by its very request leaves at once."""
        header = scope.headers.get
        accept, encoding = header("accept", ""), header("accept-encoding", "")
        tags = header("if-none-match", "") if scope.method != "POST" else ""  # 304 is no answer to a POST
        key = (scope.query_string, accept, encoding)
        plain = scope.method == "GET" and not tags and sum(map(len, key)) <= LONGEST
        known = self._shortcuts.get(key) if plain else None
        if known:
            protocol.response_bytes(200, *known[:2])
            self._site.meter.note(known[2], started)
            return
        more: dict[str, Any] = {}
        try:
            reply, operation = await self._answer(scope, protocol, Conditions(encoding, tags, scope.method == "HEAD"))
        except CityDiplomacyError as error:
            more = {ERROR: error}
            reply = operation = None
        except ClientGone:
            protocol.response_empty(499, [])
            self._site.meter.note(Outcome("/sparql", 499), started)
            return
        if reply is None:
            await self._page(scope, protocol, more or {OPERATION: operation})
            return
        cache, query = "hit" if reply.cached else "miss", operation.query if operation else ""
        outcome = Outcome("/sparql", reply.status, cache, query, reply.size)
        if plain and reply.cached and isinstance(reply.body, list) and len(reply.body[0]) <= LONGEST:
            self._shortcuts[key] = ([*reply.headers, *COMMON], reply.body[0], outcome)
        self._site.meter.note(outcome, started)
        await self._send(reply, protocol)

    async def _answer(self, scope: Any, protocol: Any, conditions: Conditions) -> tuple[Reply | None, Operation | None]:
        """The reply to a query operation; None where Flask is to describe the service or explain the query."""
        site = self._site
        site.limiter.admit(client_of(scope, site.board, trust_proxy=site.settings.trust_proxy))
        body = await read_body(scope, protocol, self._site.body_limit(scope.path))
        query_string = scope.query_string.encode("utf-8", "surrogateescape")
        header = scope.headers.get
        coding = header("content-encoding", "") if body else ""
        operation = read_operation(scope.method, query_string, header("content-type", ""), body, coding)
        if operation is None or operation.explain:
            return None, operation
        request = request_of(operation, wanted_formats(operation.format, scope.headers.get("accept")))
        kept = self._site.answers.recall(request)
        engine = self._site.engine
        whole = kept or await (ask_engine(self._site, request, protocol) if engine else self._whole(request, protocol))
        if isinstance(whole, Long):
            return whole.reply(conditions), operation
        return whole.reply(conditions, cached=kept is not None), operation

    async def _whole(self, request: Request, protocol: Any) -> Stored | Long:
        """The answer of a worker, asked once more where the engine can not sort as it is told to."""
        seconds = self._pool.check(request)
        until = asyncio.get_running_loop().time() + seconds
        try:
            whole = await self._ask(request, until, seconds, protocol)
        except Unsortable as error:
            whole = await self._ask(request.sortable(error), until, seconds, protocol)
        self._site.answers.keep(request, whole)
        return whole

    async def _ask(self, request: Request, until: float, seconds: float, protocol: Any) -> Stored | Long:
        """The answer of a worker; the worker is killed where time runs out or the client leaves."""
        pool, loop = self._pool, asyncio.get_running_loop()
        worker = pool.turns.take() or await self._worker(min(seconds, pool.settings.queue_wait), protocol)
        exchange = self._exchanges.start(worker, pool.message(request), self._patience.waiter(until - loop.time()))
        await exchange.waiter
        gone = False
        if not exchange.over:
            exchange.waiter = loop.create_future()
            gone = await watch(protocol, exchange.waiter, until - loop.time())
        if exchange.whole is None:
            raise await self._failure(exchange, seconds, gone=gone)
        pool.give_back(worker)
        return exchange.whole

    async def _failure(self, exchange: Exchange, seconds: float, *, gone: bool) -> Exception:
        """Why there is no answer. A worker that has not said so itself is replaced."""
        pool, loop, error = self._pool, asyncio.get_running_loop(), exchange.error
        if isinstance(error, CityDiplomacyError):
            pool.give_back(exchange.worker)
            return error
        if error is None:
            self._exchanges.abandon(exchange)
        await loop.run_in_executor(None, pool.replace, exchange.worker)
        if error:
            return error_of(exchange.worker.frames.rest)
        return ClientGone() if gone else QueryTimeout(f"The query was stopped after {seconds:g} seconds.")

    async def _worker(self, seconds: float, protocol: Any) -> Worker:
        """A worker that becomes free in time."""
        turns, patience = self._pool.turns, self._patience
        waiter = patience.waiter(seconds)
        place = turns.queue(lambda: patience.wake(waiter))
        await waiter
        waiter = asyncio.get_running_loop().create_future()
        if place.got is None:
            await watch(protocol, waiter, seconds - PATIENCE)
        if place.got:
            return place.got
        turns.leave(place)
        raise Overloaded("All workers are busy. Try again in a few seconds.")

    async def _send(self, reply: Reply, protocol: Any) -> None:
        headers = [*reply.headers, *COMMON]
        if isinstance(reply.body, list):
            protocol.response_bytes(reply.status, headers, reply.body[0])
            return
        if isinstance(reply.body, tuple):
            protocol.response_empty(reply.status, headers)
            return
        transport = protocol.response_stream(reply.status, headers)
        try:
            for piece in reply.body:
                async with asyncio.timeout(PIECE_SECONDS):
                    await transport.send_bytes(piece)
        except Exception:  # noqa: BLE001 (the client has left or reads too slowly: its length tells it what is missing)
            return
        finally:
            close = getattr(reply.body, "close", None)
            if close:
                close()

    async def _page(self, scope: Any, protocol: Any, more: dict[str, Any]) -> None:
        """Flask's answer, made in a thread; past a number of waiting requests the server says that it is busy."""
        if self._pages >= PAGES_WAITING:
            protocol.response_str(503, [("Retry-After", "2"), ("Content-Type", "application/problem+json")], BUSY)
            return
        self._pages += 1
        try:
            if not more:
                try:
                    body = await read_body(scope, protocol, self._site.body_limit(scope.path))
                    more = {"wsgi.input": io.BytesIO(body)}
                except CityDiplomacyError as error:
                    more = {ERROR: error}
                except ClientGone:
                    protocol.response_empty(499, [])
                    return
            environ = environ_of(scope, peer_of(scope, self._site.board)) | more | {SENDS_FILES: True}
            loop = asyncio.get_running_loop()
            status, headers, page = await loop.run_in_executor(self._threads, run, self._flask, environ)
            part: Part | None = environ.get(PART)
            if part:
                protocol.response_file_range(status, headers, str(part.path), part.start, part.end)
            else:
                protocol.response_bytes(status, headers, page)
        finally:
            self._pages -= 1


BUSY = json.dumps(
    {"type": "about:blank", "title": Overloaded.title, "status": 503, "detail": "Too many pages are being made."}
)
