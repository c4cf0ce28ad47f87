"""Licences as people call them."""

from __future__ import annotations

import re

COMMONS = re.compile(r"https?://creativecommons\.org/licenses/(?P<kind>[a-z-]+)/(?P<version>[\d.]+)(?:/.*)?")
ZERO = re.compile(r"https?://creativecommons\.org/publicdomain/zero/(?P<version>[\d.]+)(?:/.*)?")


def licence_name(iri: str) -> str:
    """The short name of a licence of Creative Commons, for any other its IRI.

    >>> licence_name("https://creativecommons.org/licenses/by/4.0/")
    'CC BY 4.0'
    """
    if match := COMMONS.fullmatch(iri):
        return f"CC {match['kind'].upper()} {match['version']}"
    if match := ZERO.fullmatch(iri):
        return f"CC0 {match['version']}"
    return iri
