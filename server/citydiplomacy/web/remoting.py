"""Asking an engine elsewhere from the server's event loop; it is asked no longer once the client has left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from citydiplomacy.pool import Request
from citydiplomacy.web.answers import Gathering, Long, Stored

if TYPE_CHECKING:
    from citydiplomacy.web.site import Site


class ClientGone(Exception):
    """The client left before its answer was there."""


async def ask_engine(site: Site, request: Request, protocol: Any) -> Stored | Long:
    """The whole answer. Raises what ``RemoteEngine.ask`` does, ClientGone where the client left before it was there."""
    assert site.engine  # noqa: S101 (for the type checker)
    gathering = Gathering()
    answer = asyncio.wrap_future(site.engine.start(request, gathering.add))
    gone = asyncio.ensure_future(protocol.client_disconnect())
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ClientGone
        head = answer.result()
    except BaseException:
        answer.cancel()
        gathering.close()
        raise
    finally:
        gone.cancel()
    whole = gathering.finish(head.content_type, truncated=head.truncated)
    site.answers.keep(request, whole)
    return whole
