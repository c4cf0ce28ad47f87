"""What Flask needs of a request that came by RSGI, and what it answers: WSGI (PEP 3333), without a server between."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

Pairs = list[tuple[str, str]]


def environ_of(scope: Any, peer: str) -> dict[str, Any]:
    """A request as WSGI has it (PEP 3333); ``peer`` is the address it comes from."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,  # it ends with the body, whether or not that told its length
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


def run(flask: Flask, environ: dict[str, Any]) -> tuple[int, Pairs, bytes]:
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
