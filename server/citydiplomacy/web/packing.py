"""Pages and static files compressed for clients that take it."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Request, Response

from citydiplomacy.web.answers import WORTH_COMPRESSING, takes_gzip

TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")


def pack(request: Request, response: Response) -> None:
    """Compresses a whole text for a client that takes gzip. Its ETag becomes a weak one: the bytes are others."""
    wanted = takes_gzip(request.headers.get("Accept-Encoding", "")) and "Range" not in request.headers
    fits = response.status_code == 200 and (response.mimetype or "").startswith(TEXT)
    if not wanted or not fits or "Content-Encoding" in response.headers or not _is_page(request):
        return
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < WORTH_COMPRESSING:
        return
    response.set_data(_packed(body))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)


def _is_page(request: Request) -> bool:
    """Whether the request is for a page or for what belongs to one; data has its own way of compressing."""
    ours = request.path.startswith(("/static/", "/search", "/explore"))
    return ours or "text/html" in request.headers.get("Accept", "")


@lru_cache(64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)
