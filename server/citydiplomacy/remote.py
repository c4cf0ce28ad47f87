"""Asking a SPARQL endpoint elsewhere, by SPARQLWrapper."""

from __future__ import annotations

from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from citydiplomacy.errors import BadQuery
from citydiplomacy.media import Format


def ask_remote(endpoint: str, query: str, wanted: Format, timeout: float) -> bytes:
    """The answer of a remote endpoint, in the format asked for; BadQuery with what it says where it refuses."""
    client = SPARQLWrapper(endpoint)
    client.setQuery(query)
    client.setMethod(POST)
    client.setTimeout(int(timeout) or 1)
    client.setOnlyConneg(True)
    client.addCustomHttpHeader("Accept", wanted.media_type)
    try:
        body: bytes = client.query().response.read()
    except (SPARQLWrapperException, HTTPError, URLError, TimeoutError, OSError) as error:
        reason = " ".join(str(error).split())[:500]
        raise BadQuery(f"{endpoint} did not answer: {reason}") from error
    return body
