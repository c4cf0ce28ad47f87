"""Whoever answers requests: a pool of workers, or an engine elsewhere. What both have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from citydiplomacy.pool import PoolSettings, Request


class Answering(Protocol):
    """The answer to a request, whoever gives it."""

    format: str
    content_type: str
    truncated: bool

    def __iter__(self) -> Iterator[bytes]: ...

    def read(self) -> bytes: ...

    def close(self) -> None: ...


class Asker(Protocol):
    """Whoever answers requests: a pool of workers, or an engine elsewhere."""

    settings: PoolSettings
    replaced: int

    @property
    def idle(self) -> int: ...

    def ask(self, request: Request) -> Answering: ...

    def close(self) -> None: ...
