"""The way in that queries take: a plain WSGI layer before Flask, so that a cached answer costs next to nothing.

It answers query operations at ``/sparql``. Everything else, and every error, is Flask's: what went wrong is left in the
environment under ``ERROR``, and Flask turns it into a response in one place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from citydiplomacy.errors import BodyTooBig, CityDiplomacyError
from citydiplomacy.web.answers import COMMON, Conditions, Reply
from citydiplomacy.web.outcomes import Outcome
from citydiplomacy.web.protocol import Operation, read_operation, request_of, wanted_formats

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from citydiplomacy.web.site import Site

ERROR, OPERATION = "citydiplomacy.error", "citydiplomacy.operation"
SHORTCUTS, LONGEST = 4096, 8192  # answers known by their very requests; bytes of such a request, and of its answer
ROUTES = {
    "/",
    "/sparql",
    "/queries",
    "/search",
    "/answer",
    "/explore",
    "/api",
    "/id",
    "/page",
    "/data",
    "/passage",
    "/source",
    "/graph",
    "/health",
    "/metrics",
    "/validate",
}
STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Front:
    """Wraps Flask's WSGI application with the fast way to the site's answers."""

    def __init__(self, application: WSGIApplication, site: Site) -> None:
        self._application = application
        self._site = site
        self._lock = threading.Lock()
        self._shortcuts: LRUCache[tuple[str, str, str], tuple[Reply, str]] = LRUCache(SHORTCUTS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        path, get = environ["PATH_INFO"], environ.get
        if path != "/sparql" or ERROR in environ or OPERATION in environ:
            return self._rest(environ, start_response, started)
        key = (get("QUERY_STRING", ""), get("HTTP_ACCEPT", ""), get("HTTP_ACCEPT_ENCODING", ""))
        plain = environ["REQUEST_METHOD"] == "GET" and not get("HTTP_IF_NONE_MATCH") and sum(map(len, key)) <= LONGEST
        if plain:
            with self._lock:
                known = self._shortcuts.get(key)
            if known:
                outcome = Outcome(path, known[0].status, "hit", known[1], known[0].size)
                return self._send(known[0], start_response, outcome, started)
        reply = self._answer(environ)
        if reply is None:
            return self._rest(environ, start_response, started)
        if plain and reply.cached and (reply.size or 0) <= LONGEST:
            with self._lock:
                self._shortcuts[key] = (reply, environ[OPERATION].query)
        outcome = Outcome(path, reply.status, "hit" if reply.cached else "miss", environ[OPERATION].query, reply.size)
        return self._send(reply, start_response, outcome, started)

    def _rest(self, environ: WSGIEnvironment, start_response: StartResponse, started: float) -> Iterable[bytes]:
        """Flask's answer; what it says of its status is counted."""
        route = "/" + environ["PATH_INFO"].removeprefix("/").partition("/")[0]  # the path may be "*"
        if route not in ROUTES:
            route = "other"

        def respond(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            size = next((int(value) for name, value in headers if name == "Content-Length"), None)
            self._site.meter.note(Outcome(route, int(status[:3]), size=size), started)
            return start_response(status, headers, *more)

        if route != "/sparql":
            try:
                self._site.limiter.admit(environ.get("REMOTE_ADDR", ""))
            except CityDiplomacyError as error:
                environ[ERROR] = error
        return self._application(environ, respond)

    def _answer(self, environ: WSGIEnvironment) -> Reply | None:
        """The reply to a query operation; None where the request is none, or went wrong."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD", "POST", "QUERY"):
            return None
        try:
            self._site.limiter.admit(environ.get("REMOTE_ADDR", ""))
            operation = self._operation(environ)
            if operation is None or operation.explain:
                return None
            wanted = wanted_formats(operation.format, environ.get("HTTP_ACCEPT"))
            return self._site.answers.answer(request_of(operation, wanted), conditions(environ))
        except CityDiplomacyError as error:
            environ[ERROR] = error
            return None

    def _operation(self, environ: WSGIEnvironment) -> Operation | None:
        method = environ["REQUEST_METHOD"]
        body = read_body(environ, self._site.settings.body_bytes) if method in ("POST", "QUERY") else b""
        query_string = environ.get("QUERY_STRING", "").encode("latin-1")
        coding = environ.get("HTTP_CONTENT_ENCODING", "")
        operation = read_operation(method, query_string, environ.get("CONTENT_TYPE", ""), body, coding)
        environ[OPERATION] = operation
        return operation

    def _send(self, reply: Reply, start_response: StartResponse, outcome: Outcome, started: float) -> Iterable[bytes]:
        self._site.meter.note(outcome, started)
        start_response(STATUS_LINES[HTTPStatus(reply.status)], [*reply.headers, *COMMON])
        return reply.body


def conditions(environ: WSGIEnvironment) -> Conditions:
    """What a request's headers say of how it is to be answered."""
    return Conditions(
        accept_encoding=environ.get("HTTP_ACCEPT_ENCODING", ""),
        # 304 is no answer to a POST
        if_none_match=environ.get("HTTP_IF_NONE_MATCH", "") if environ["REQUEST_METHOD"] != "POST" else "",
        head=environ["REQUEST_METHOD"] == "HEAD",
    )


def read_body(environ: WSGIEnvironment, limit: int) -> bytes:
    """The request's body; BodyTooBig past ``limit`` bytes, whether or not it says its length beforehand."""
    said = environ.get("CONTENT_LENGTH") or ""
    too_big = BodyTooBig(f"The request's body is larger than the {limit} bytes this server takes.")
    if said.isdecimal() and int(said) > limit:
        raise too_big
    body: bytes = environ["wsgi.input"].read(int(said) if said.isdecimal() else limit + 1)
    if len(body) > limit:
        raise too_big
    return body
