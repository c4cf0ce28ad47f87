"""Serving the application with granian."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from functools import partial

from granian import Granian
from granian.constants import Interfaces, RuntimeModes

from citydiplomacy.errors import ReleaseError
from citydiplomacy.web import create_app
from citydiplomacy.web.rsgi import Application
from citydiplomacy.web.site import SiteSettings


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = 8000

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def serve(settings: SiteSettings, address: Address, processes: int = 1) -> None:
    """Serves until it is told to stop (SIGINT, SIGTERM).

    ``processes`` web processes share the port; each has its own pool of query workers. Raises ReleaseError where the
    port is taken.
    """
    _check_free(address)
    server = Granian(
        "citydiplomacy",
        address=address.host,
        port=address.port,
        interface=Interfaces.RSGI,
        workers=processes,
        runtime_mode=RuntimeModes.st,  # measured: less waiting for the interpreter's lock than with more threads
        log_enabled=False,
        websockets=False,
    )
    server.serve(target_loader=partial(_load, settings), wrap_loader=False)  # type: ignore[arg-type]


def _load(settings: SiteSettings) -> Application:
    return Application(partial(create_app, settings))


def _check_free(address: Address) -> None:
    """Says in our words that a port is taken, before the server does so in its own."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise ReleaseError(f"Can not listen on {address.url}: {reason}. Name another: --port 8001") from error
