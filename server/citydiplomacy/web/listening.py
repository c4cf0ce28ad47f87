"""Where servers listen."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from citydiplomacy.errors import ReleaseError

BACKLOG = 1024


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = 8000

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def listen(address: Address) -> socket.socket:
    """A socket that listens; says in our words that a port is taken."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise ReleaseError(f"Can not listen on {address.url}: {reason}. Name another: --port 8001") from error
    listener.setblocking(False)
    return listener


def wait(address: Address, process: BaseProcess) -> None:
    """Waits until a process listens; ReleaseError where it ends instead."""
    while process.is_alive():
        with contextlib.suppress(OSError), socket.create_connection((address.host, address.port)):
            return
        process.join(0.02)
    raise ReleaseError("The process that makes the pages did not start.")


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
