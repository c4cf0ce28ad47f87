"""What every page needs: the release, its canned queries, and the pool that answers questions about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Request, current_app

from citydiplomacy.names import Names
from citydiplomacy.pool import PoolSettings, WorkerPool
from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.queries import LANGUAGES, Gallery, read_gallery
from citydiplomacy.release import Release, open_release
from citydiplomacy.repository import Repository
from citydiplomacy.web.answers import Answers
from citydiplomacy.web.limits import Limiter
from citydiplomacy.web.metering import Meter

NAMES = 50_000  # how many are kept to suggest one of


@dataclass(frozen=True)
class SiteSettings:
    """A release directory and how it is served.

    ``body_bytes`` is the largest request body, ``cache_bytes`` what answers may be kept in memory, ``rate`` how many
    requests a second one client may send (0: any number).
    """

    release: Path
    pool: PoolSettings = field(default_factory=PoolSettings)
    body_bytes: int = 1024 * 1024
    cache_bytes: int = 256 * 1024 * 1024
    rate: float = 0.0


@dataclass(frozen=True)
class Site:
    """One served release."""

    release: Release
    gallery: Gallery
    pool: WorkerPool
    answers: Answers
    meter: Meter
    limiter: Limiter
    settings: SiteSettings

    @property
    def names(self) -> Names:
        return self.release.names

    def local_path(self, iri: str) -> str | None:
        """The path below this server for one of our own IRIs, None for others."""
        return "/" + iri.removeprefix(self.names.base) if iri.startswith(self.names.base) else None

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The bindings of a SELECT query of our own, as SPARQL JSON has them (variable: {type, value, xml:lang})."""
        answer = self.pool.ask(PoolRequest(query, results="json", graphs=None)).read()
        bindings: list[dict[str, Any]] = json.loads(answer)["results"]["bindings"]
        return bindings

    @cached_property
    def known_names(self) -> list[str]:
        """IRIs of our own that something is said of, to suggest where one is misspelt."""
        base = self.names.base
        rows = self.rows(f'SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{base}")) }} LIMIT {NAMES}')
        return [row["s"]["value"] for row in rows]

    def close(self) -> None:
        self.pool.close()


def open_site(settings: SiteSettings) -> Site:
    """Opens a release and starts its workers. ReleaseError or BadHeader where it is broken."""
    release = open_release(settings.release)
    gallery = read_gallery(Repository(release.directory, release.names))
    pool = WorkerPool(release.data, settings.pool, release.names.prefixes)
    answers, limiter = Answers(pool, settings.cache_bytes), Limiter(settings.rate)
    return Site(release, gallery, pool, answers, Meter(pool), limiter, settings)


def current_site() -> Site:
    """The site of the application that handles this request."""
    site: Site = current_app.extensions["site"]
    return site


def best_language(request: Request) -> str:
    """The page's language: ``?lang=`` where it is one of ours, else what the browser prefers, else English."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default="en") or "en"
