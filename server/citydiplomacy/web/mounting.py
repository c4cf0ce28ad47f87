"""Where the server stands: below a path of its host, behind a proxy that says who asks.

A proxy may strip the prefix from the path or keep it: both are understood. What it says of a client (X-Forwarded-For,
-Proto, -Host) is believed only where the operator trusts it, and only its last word: what came before is the client's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from citydiplomacy.web.board import Board


class Mounted:
    """A WSGI application below a prefix (``/path``, or empty)."""

    def __init__(self, application: WSGIApplication, prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
        return self._application(environ, start_response)


def mount(application: WSGIApplication, prefix: str, *, trust_proxy: bool) -> WSGIApplication:
    """The application as it is reached from outside."""
    if prefix:
        application = Mounted(application, prefix)
    return ProxyFix(application, x_for=1, x_proto=1, x_host=1) if trust_proxy else application


def peer_of(scope: Any, board: Board | None) -> str:
    """The address that a connection comes from; through the gateway (which has a board), the client's own."""
    address, _, port = scope.client.rpartition(":")
    return board.peer(int(port)) if board else address


def client_of(scope: Any, board: Board | None, *, trust_proxy: bool) -> str:
    """The address a request comes from: the last one in X-Forwarded-For where a proxy is trusted, else its peer's."""
    if trust_proxy:
        said = ",".join(scope.headers.get_all("x-forwarded-for")).rpartition(",")[2].strip()
        if said:
            return said
    return peer_of(scope, board)
