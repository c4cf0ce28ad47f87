"""What a client sends, as RSGI gives it piece by piece."""

from __future__ import annotations

import asyncio
from typing import Any

from citydiplomacy.errors import BodyTooBig, MalformedRequest
from citydiplomacy.web.incoming import HOST
from citydiplomacy.web.remoting import ClientGone

BODY_SECONDS = 30.0  # for sending a request's body


def check_head(scope: Any) -> None:
    """MalformedRequest where a request's head is not as RFC 9112 (section 3) and RFC 9110 (section 9.1) have it."""
    hosts = scope.headers.get_all("host")
    if scope.http_version == "1.1" and not hosts:
        raise MalformedRequest("The request does not say its Host.")
    if len(hosts) > 1 or not all(HOST.fullmatch(one) for one in hosts):
        raise MalformedRequest("A request has one Host, which is a name or an address, and a port where there is one.")
    if scope.method != scope.method.upper():
        raise MalformedRequest(f"There is no method {scope.method}: methods have capital letters.")
    if not scope.path.startswith("/") and (scope.method, scope.path) != ("OPTIONS", "*"):
        raise MalformedRequest("What is asked for is said by a path that begins with a slash.")


async def read_body(scope: Any, protocol: Any, limit: int) -> bytes:
    """A request's body, up to ``limit`` bytes and within the time for it.

    Raises BodyTooBig, MalformedRequest where it takes too long or its chunks are none, ClientGone where the client
    leaves before its end.
    """
    if scope.method not in ("POST", "QUERY", "PUT", "PATCH", "DELETE"):
        return b""
    too_big = BodyTooBig(f"The request's body is larger than the {limit} bytes this server takes.")
    said = scope.headers.get("content-length", "")
    if said.isdecimal() and int(said) > limit:
        raise too_big
    body, empty = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in protocol:
                body += chunk
                empty += not chunk  # the last one is, and so is what RSGI gives instead of an error, or of trailers
                if len(body) > limit:
                    raise too_big
    except TimeoutError:
        raise MalformedRequest(f"The request's body did not come within {BODY_SECONDS:g} seconds.") from None
    if said.isdecimal() and len(body) < int(said):
        raise ClientGone
    if empty > 1 and not said:
        raise MalformedRequest("The request's body does not come in chunks as it says, or has trailers.")
    return bytes(body)
