"""A SPARQL 1.1 endpoint elsewhere in the place of our own workers, asked with the same limits and the same errors.

All its connections live in one event loop in a thread of its own, so that a page (in a thread) and the endpoint (in the
server's loop) ask it alike. A question that runs out of time, or whose client leaves, has its connection closed.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp

from citydiplomacy.diagnosis import diagnose
from citydiplomacy.errors import BadQuery, EngineFailed, NotAcceptable, Overloaded, QueryTimeout, ResultTooBig
from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.pool import PoolSettings, Request
from citydiplomacy.sparql import check, says
from citydiplomacy.tokens import FORMS, form_of
from citydiplomacy.truncation import cut_for

CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024
SAID = 600  # bytes of an engine's complaint that are passed on
DEFAULT_GRAPHS = re.compile(r"&?default-graph-uri=[^&]*")
RELATIVE_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>")
PLACE = re.compile(r"error at (\d+):")
# what CONSTRUCT answers has no graphs: as TriG it is Turtle, as N-Quads it is N-Triples, which more engines speak
ASKED_AS = {"trig": "turtle", "nquads": "ntriples"}
CUT_SHORT = {"X-SPARQL-MaxRows", "X-SQL-State"}  # by these alone Virtuoso tells that it left rows out

Sink = Callable[[bytes], object]


@dataclass(frozen=True)
class Head:
    """What is known of an answer beside its bytes."""

    format: str
    content_type: str
    truncated: bool = False


class RemoteAnswer:
    """An answer that has come whole; close it, or read it to its end."""

    def __init__(self, head: Head, body: IO[bytes]) -> None:
        self.format, self.content_type, self.truncated = head.format, head.content_type, head.truncated
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        self._body.seek(0)
        while chunk := self._body.read(CHUNK):
            yield chunk
        self.close()

    def read(self) -> bytes:
        return b"".join(self)

    def close(self) -> None:
        self._body.close()


class RemoteEngine:
    """Asks a SPARQL 1.1 endpoint, ``settings.workers`` questions at a time. Use as a context manager, or ``close`` it.

    A ``default-graph-uri`` in its URL is the dataset of requests that name none. ``prefixes`` are suggested where one
    is missing; ``base`` is what relative IRIs are resolved against.
    """

    def __init__(self, url: str, settings: PoolSettings, prefixes: Mapping[str, str], base: str | None = None) -> None:
        self.settings = settings
        self.replaced = 0
        self._url, self._prefixes, self._base = url, prefixes, base
        self._waiting = 0
        self._running = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._thread.start()
        self._session, self._free = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def __enter__(self) -> RemoteEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def idle(self) -> int:
        """How many more questions it may be asked at once."""
        return self.settings.workers - self._running

    def ask(self, request: Request) -> RemoteAnswer:
        """The answer to a request. Raises what ``WorkerPool.ask`` does, and EngineFailed."""
        body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed with the answer)
        try:
            return RemoteAnswer(self.start(request, body.write).result(), body)
        except BaseException:
            body.close()
            raise

    def start(self, request: Request, sink: Sink) -> Future[Head]:
        """Begins a question whose answer goes to ``sink``, in another thread; cancel the future to give it up."""
        check(request.query, self.settings.limits, self.settings.services)
        seconds = min(request.timeout or self.settings.deadline, self.settings.deadline)
        return asyncio.run_coroutine_threadsafe(self._ask(request, sink, seconds), self._loop)

    def close(self) -> None:
        """Gives up all questions and ends the thread."""
        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(timeout=10)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
            self._loop.close()

    async def _open(self) -> tuple[aiohttp.ClientSession, asyncio.Semaphore]:
        headers = {"User-Agent": "citydiplomacy (https://w3id.org/citydiplomacy/)"}
        connector = aiohttp.TCPConnector(limit=0)  # the semaphore is the limit
        timeout = aiohttp.ClientTimeout(total=None)
        session = aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout)
        return session, asyncio.Semaphore(self.settings.workers)

    async def _shut(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._session.close()

    async def _ask(self, request: Request, sink: Sink, seconds: float) -> Head:
        chosen = _chosen(request)
        if request.truncate:
            cut_for(chosen.name)  # says beforehand where a format can not be cut
        try:
            async with asyncio.timeout(seconds), self._turn(min(seconds, self.settings.queue_wait)):
                return await self._exchange(request, chosen, sink)
        except TimeoutError:
            self.replaced += 1
            raise QueryTimeout(f"The query was stopped after {seconds:g} seconds.") from None
        except asyncio.CancelledError:
            self.replaced += 1
            raise
        except (aiohttp.ClientError, OSError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise EngineFailed(f"The engine behind this server can not be asked: {reason[:SAID]}.") from error

    @asynccontextmanager
    async def _turn(self, seconds: float) -> AsyncIterator[None]:
        """Waits for a turn, not longer than this; Overloaded at once where too many wait already."""
        if self._free.locked() and self._waiting >= self.settings.queue:
            raise Overloaded(f"The engine is busy and {self._waiting} requests wait. Try again soon.")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._free.acquire(), seconds)
        except TimeoutError:
            raise Overloaded("The engine is busy. Try again in a few seconds.") from None
        finally:
            self._waiting -= 1
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._free.release()

    async def _exchange(self, request: Request, chosen: Format, sink: Sink) -> Head:
        asked = next(one for one in (*RESULTS, *GRAPHS) if one.name == ASKED_AS.get(chosen.name, chosen.name))
        query = self._with_base(request.query)
        form = [("query", query)]
        form += [("default-graph-uri", graph) for graph in request.default_graphs]
        form += [("named-graph-uri", graph) for graph in request.named_graphs]
        headers = {"Accept": asked.media_type, "Content-Type": "application/x-www-form-urlencoded"}
        url, body = self._address(request), urlencode(form).encode()
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            if response.status != 200:
                raise self._refusal(response.status, await response.content.read(SAID), request.query, query)
            if response.content_type not in (asked.media_type, *asked.also):
                raise NotAcceptable(f"The engine answers in {response.content_type}, not in {asked.media_type}.")
            short = any(name in response.headers for name in CUT_SHORT)
            if short and not request.truncate:
                raise ResultTooBig("The engine left rows out. Ask for less, or take the dump.")
            cut = await self._gather(response.content, request.truncate, chosen, sink)
        return Head(chosen.name, chosen.content_type, short or cut)

    async def _gather(self, content: aiohttp.StreamReader, truncate: bool, chosen: Format, sink: Sink) -> bool:
        """Hands an answer on as it comes; whether it was cut, where it is past the limit and that is asked for."""
        limit, size = self.settings.answer_bytes, 0
        kept = bytearray()
        async for chunk in content.iter_chunked(CHUNK):
            size += len(chunk)
            if size > limit and not truncate:
                raise ResultTooBig(f"The answer is larger than {limit} bytes. Ask for less, or take the dump.")
            if not truncate:
                sink(chunk)
                continue
            kept += chunk
            if size > limit:
                sink(cut_for(chosen.name)(bytes(kept[:limit])))
                return True
        if kept:
            sink(bytes(kept))
        return False

    def _address(self, request: Request) -> str:
        """The engine's URL, without a dataset of its own where the request has one."""
        if not (request.default_graphs or request.named_graphs):
            return self._url
        parts = urlsplit(self._url)
        return urlunsplit(parts._replace(query=DEFAULT_GRAPHS.sub("", parts.query).lstrip("&")))

    def _with_base(self, query: str) -> str:
        """The query with our base before it, where it has a relative IRI and no base of its own."""
        if not self._base or says(query, ["BASE"]) or not RELATIVE_IRI.search(query):
            return query
        return f"BASE <{self._base}>\n{query}"

    def _refusal(self, status: int, said: bytes, query: str, sent: str) -> Exception:
        """What an engine's status and words are here."""
        text = " ".join(said.decode("utf-8", "replace").split())
        if status == 400:
            shift = 1 if sent != query else 0
            return diagnose(PLACE.sub(lambda one: f"error at {int(one[1]) - shift}:", text), query, self._prefixes)
        if status == 413:
            return ResultTooBig(f"The engine says: {text}")
        if status in (429, 503):
            return Overloaded(f"The engine is busy: {text}")
        if status in (408, 504):
            return QueryTimeout(f"The engine stopped the query: {text}")
        return EngineFailed(f"The engine behind this server answered {status}: {text}")


def _chosen(request: Request) -> Format:
    """The format to ask for: it depends on the query's form, which its first word after the prologue tells."""
    form = form_of(request.query)
    if form is None:
        raise BadQuery(f"A query begins with {', '.join(FORMS)} after its prefixes.")
    graph_form = form in ("CONSTRUCT", "DESCRIBE")
    name, offered = (request.graphs, GRAPHS) if graph_form else (request.results, RESULTS)
    if name is None:
        raise NotAcceptable(f"{form} answers in: {', '.join(one.media_type for one in offered)}.")
    return next(one for one in offered if one.name == name)
