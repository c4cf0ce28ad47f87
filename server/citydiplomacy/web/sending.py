"""What a client sends, as RSGI gives it piece by piece."""

from __future__ import annotations

import asyncio
from typing import Any

from citydiplomacy.errors import BadRequest, BodyTooBig
from citydiplomacy.web.remoting import ClientGone

BODY_SECONDS = 30.0  # for sending a request's body


async def read_body(scope: Any, protocol: Any, limit: int) -> bytes:
    """A request's body, up to ``limit`` bytes and within the time for it.

    Raises BodyTooBig, BadRequest where it takes too long, ClientGone where the client leaves before its end.
    """
    if scope.method not in ("POST", "QUERY", "PUT", "PATCH", "DELETE"):
        return b""
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
