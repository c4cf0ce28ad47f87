"""The application as granian calls it: queries are answered in one event loop, pages by Flask in threads beside it.

RSGI (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md) tells when a client has left, so its
worker is freed at once, and no thread waits for slow clients: neither while they send nor while they read.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from citydiplomacy.errors import BadRequest, BodyTooBig, CityDiplomacyError, Overloaded, QueryTimeout, QueryTooBig
from citydiplomacy.pool import Request, Worker
from citydiplomacy.web.answers import Conditions, Gathering, Long, Reply, Stored
from citydiplomacy.web.front import COMMON, ERROR, LONGEST, OPERATION, SHORTCUTS, request_of
from citydiplomacy.web.metering import Outcome
from citydiplomacy.web.protocol import Operation, read_operation, wanted_formats
from citydiplomacy.worker import READ, revive

if TYPE_CHECKING:
    from flask import Flask

    from citydiplomacy.web.site import Site

PATIENCE = 0.05  # seconds a query may take before its client is watched for leaving
BODY_SECONDS = 30.0  # for sending a request's body
PIECE_SECONDS = 30.0  # for taking one piece of a long answer
PAGE_THREADS, PAGES_WAITING = 16, 256
QUERY_METHODS = ("GET", "HEAD", "POST", "QUERY")

Pairs = list[tuple[str, str]]


class ClientGone(Exception):
    """The client left before its answer was there."""


class Application:
    """What granian serves. ``load`` makes the Flask application in the process that serves it."""

    def __init__(self, load: Callable[[], Flask]) -> None:
        self._flask = load()
        self._site: Site = self._flask.extensions["site"]
        self._threads = ThreadPoolExecutor(PAGE_THREADS)
        self._pages = 0
        self._shortcuts: LRUCache[tuple[str, str, str], tuple[Pairs, bytes]] = LRUCache(SHORTCUTS)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._site.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        started = time.perf_counter()
        if scope.proto != "http":
            protocol.close(403)
        elif scope.path != "/sparql" or scope.method not in QUERY_METHODS:
            await self._page(scope, protocol, {})
        else:
            await self._endpoint(scope, protocol, started)

    async def _endpoint(self, scope: Any, protocol: Any, started: float) -> None:
        """``/sparql``: an answer known by its very request leaves at once."""
        header = scope.headers.get
        accept, encoding, tags = header("accept", ""), header("accept-encoding", ""), header("if-none-match", "")
        key = (scope.query_string, accept, encoding)
        plain = scope.method == "GET" and not tags and len(key[0]) <= LONGEST
        known = self._shortcuts.get(key) if plain else None
        if known:
            protocol.response_bytes(200, *known)
            self._site.meter.note(Outcome("/sparql", 200, "hit"), started)
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
        if plain and reply.cached and isinstance(reply.body, list):
            self._shortcuts[key] = ([*reply.headers, *COMMON], reply.body[0])
        cache = "hit" if reply.cached else "miss"
        self._site.meter.note(Outcome("/sparql", reply.status, cache, operation.query if operation else ""), started)
        await self._send(reply, protocol)

    async def _answer(self, scope: Any, protocol: Any, conditions: Conditions) -> tuple[Reply | None, Operation | None]:
        """The reply to a query operation; None where Flask is to describe the service or explain the query."""
        self._site.limiter.admit(scope.client.rpartition(":")[0])
        body = await self._body(scope, protocol)
        query_string = scope.query_string.encode("utf-8", "surrogateescape")
        operation = read_operation(scope.method, query_string, scope.headers.get("content-type", ""), body)
        if operation is None or operation.explain:
            return None, operation
        request = request_of(operation, wanted_formats(operation.format, scope.headers.get("accept")))
        kept = self._site.answers.recall(request)
        whole = kept or await self._ask(request, protocol)
        if isinstance(whole, Long):
            return whole.reply(conditions), operation
        return whole.reply(conditions, cached=kept is not None), operation

    async def _ask(self, request: Request, protocol: Any) -> Stored | Long:
        """The answer of a worker; the worker is killed where time runs out or the client leaves."""
        pool, loop = self._site.pool, asyncio.get_running_loop()
        started = loop.time()
        seconds = pool.check(request)
        worker = await self._worker(pool.acquire(), min(seconds, pool.settings.queue_wait), protocol)
        reading = loop.create_task(_gather(worker, pool.message(request)))
        done, _ = await asyncio.wait({reading}, timeout=min(PATIENCE, seconds))
        if not done:
            await _watch(reading, protocol, started + seconds - loop.time())
        if not reading.done():
            reading.cancel()
            await loop.run_in_executor(None, pool.replace, worker)
            if loop.time() - started < seconds:
                raise ClientGone
            raise QueryTimeout(f"The query was stopped after {seconds:g} seconds.")
        try:
            whole = reading.result()
        except (OSError, EOFError):
            await loop.run_in_executor(None, pool.replace, worker)
            raise QueryTooBig("The query needed more memory than it may have, or nests too deep.") from None
        except CityDiplomacyError:
            pool.give_back(worker)
            raise
        pool.give_back(worker)
        self._site.answers.keep(request, whole)
        return whole

    async def _worker(self, waiting: Future[Worker], seconds: float, protocol: Any) -> Worker:
        """A worker that is or becomes free in time."""
        if waiting.done():
            return waiting.result()
        coming = asyncio.wrap_future(waiting)
        await _watch(coming, protocol, seconds)
        if coming.done():
            return coming.result()
        self._site.pool.give_up(waiting)
        raise Overloaded("All workers are busy. Try again in a few seconds.")

    async def _body(self, scope: Any, protocol: Any) -> bytes:
        """The request's body, up to the limit and within the time for it."""
        if scope.method not in ("POST", "QUERY", "PUT", "PATCH", "DELETE"):
            return b""
        limit = self._site.settings.body_bytes
        too_big = BodyTooBig(f"The request's body is larger than the {limit} bytes this server takes.")
        said = scope.headers.get("content-length", "")
        if said.isdecimal() and int(said) > limit:
            raise too_big
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in protocol:
                    body += chunk
                    if len(body) > limit:
                        raise too_big
        except TimeoutError:
            raise BadRequest(f"The request's body did not come within {BODY_SECONDS:g} seconds.") from None
        if said.isdecimal() and len(body) < int(said):
            raise ClientGone
        return bytes(body)

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
                with contextlib.suppress(CityDiplomacyError, ClientGone):
                    more = {"wsgi.input": io.BytesIO(await self._body(scope, protocol))}
            environ = _environ(scope) | more
            loop = asyncio.get_running_loop()
            status, headers, body = await loop.run_in_executor(self._threads, _run, self._flask, environ)
            protocol.response_bytes(status, headers, body)
        finally:
            self._pages -= 1


BUSY = json.dumps(
    {"type": "about:blank", "title": Overloaded.title, "status": 503, "detail": "Too many pages are being made."}
)


async def _gather(worker: Worker, message: bytes) -> Stored | Long:
    """Sends a worker its question and takes the whole answer; raises the error it answers, EOFError where it dies."""
    loop, connection, frames = asyncio.get_running_loop(), worker.connection, worker.frames
    connection.setblocking(False)
    await loop.sock_sendall(connection, message)
    gathering, head = Gathering(), {}
    try:
        while True:
            while not frames.ready:
                frames.feed(await loop.sock_recv(connection, READ))
            kind, body = frames.receive()
            if kind == b"D":
                gathering.add(body)
            elif kind == b"H":
                head = json.loads(body)
            elif kind == b"X":
                raise revive(json.loads(body))
            else:
                return gathering.finish(head["content_type"], truncated=head.get("truncated", False))
    except BaseException:
        gathering.close()
        raise


async def _watch(awaited: asyncio.Future[Any], protocol: Any, seconds: float) -> None:
    """Waits until something is there, the time is over, or the client has left."""
    gone = asyncio.ensure_future(protocol.client_disconnect())
    await asyncio.wait({awaited, gone}, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()


def _environ(scope: Any) -> dict[str, Any]:
    """A request as WSGI has it (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in scope.headers:
        value = ",".join(scope.headers.get_all(name))
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _run(flask: Flask, environ: dict[str, Any]) -> tuple[int, Pairs, bytes]:
    """Status, headers and body of a WSGI application's response."""
    said: dict[str, Any] = {}

    def start_response(status: str, headers: Pairs, *_: Any) -> Callable[[bytes], object]:
        said.update(status=int(status[:3]), headers=headers)
        return lambda data: None

    result = flask.wsgi_app(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close:
            close()
    return said["status"], said["headers"], body
