"""Another store's graphs over HTTP: the SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import aiohttp

from citydiplomacy.errors import GraphStoreError

TYPE = "application/n-triples"
TRIES, PAUSE = 4, 0.5
GIVE_UP = (400, 401, 403, 404, 405, 406, 413, 415, 501)
SAID = 300

T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    """Who we are to the store; an empty name is nobody."""

    user: str = ""
    password: str = ""


class GraphStore:
    """A store's graphs. An async context manager; ``None`` names its default graph.

    What fails on the way is tried again; what the store refuses is a GraphStoreError at once.
    """

    def __init__(self, url: str, account: Account, seconds: float = 600.0) -> None:
        self._url, self._account = url, account
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=30)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=self._timeout)
        self._auth: aiohttp.BasicAuth | None = None
        if self._account.user and await self._scheme() == "digest":
            await self._session.close()
            digest = aiohttp.DigestAuthMiddleware(self._account.user, self._account.password)
            self._session = aiohttp.ClientSession(timeout=self._timeout, middlewares=(digest,))
        elif self._account.user:
            self._auth = aiohttp.BasicAuth(self._account.user, self._account.password)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def put(self, graph: str | None, triples: bytes) -> None:
        """Replaces a graph by N-Triples."""

        async def once() -> None:
            headers = {"Content-Type": TYPE}
            async with self._session.put(
                self._url, params=_name(graph), data=triples, headers=headers, auth=self._auth
            ) as response:
                await _succeed(response, graph)

        await self._patiently(once)

    async def get(self, graph: str | None) -> bytes:
        """A graph as N-Triples; empty where there is none of that name."""

        async def once() -> bytes:
            headers = {"Accept": TYPE}
            async with self._session.get(self._url, params=_name(graph), headers=headers, auth=self._auth) as response:
                if response.status == 404:
                    return b""
                await _succeed(response, graph)
                return await response.read()

        return await self._patiently(once)

    async def _scheme(self) -> str:
        """How the store wants to be told who we are."""

        async def once() -> str:
            async with self._session.put(self._url, params=_name("urn:x-none:"), data=b"") as response:
                return response.headers.get("WWW-Authenticate", "").partition(" ")[0].lower()

        return await self._patiently(once)

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        """Tries again what fails on the way, with pauses that grow."""
        for number in range(TRIES):
            try:
                return await once()
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if number == TRIES - 1:
                    reason = " ".join(str(error).split()) or type(error).__name__
                    raise GraphStoreError(f"{self._url} can not be reached: {reason}.") from error
                await asyncio.sleep(PAUSE * 2**number)
        raise AssertionError


def _name(graph: str | None) -> dict[str, str]:
    """How a request names a graph (section 4.2, indirect identification)."""
    return {"default": ""} if graph is None else {"graph": graph}


async def _succeed(response: aiohttp.ClientResponse, graph: str | None) -> None:
    """Raises where the store did not do what it was asked: for good, or (aiohttp's error) so that it is tried again."""
    if response.status < 300:
        return
    said = " ".join((await response.content.read(SAID)).decode("utf-8", "replace").split())
    if response.status in GIVE_UP or response.status < 400:
        where = "its default graph" if graph is None else graph
        raise GraphStoreError(f"The store answered {response.status} for {where}: {said}")
    if graph is None:
        hint = "Its default graph may be no graph of its own: try --default-graph IRI, or --no-default."
        raise GraphStoreError(f"The store answered {response.status} for its default graph: {said}", hint=hint)
    response.raise_for_status()
