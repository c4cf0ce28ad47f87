"""What every page needs: the release, its canned queries, and the pool that answers questions about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Request, current_app

from citydiplomacy.asker import Asker
from citydiplomacy.evidence import read_source
from citydiplomacy.names import Names
from citydiplomacy.pool import PoolSettings, WorkerPool
from citydiplomacy.pool import Request as PoolRequest
from citydiplomacy.queries import LANGUAGES, Gallery, read_gallery
from citydiplomacy.release import Release, open_release
from citydiplomacy.release.directory import digest_of, read_checksums
from citydiplomacy.repository import Repository
from citydiplomacy.web.answers import Answers
from citydiplomacy.web.board import Board
from citydiplomacy.web.limits import Limiter
from citydiplomacy.web.linked_text import LinkedText, link_text
from citydiplomacy.web.metering import Meter
from citydiplomacy.web.terms import Vocabulary, read_vocabulary
from citydiplomacy.web.withdrawn import withdrawn_things

if TYPE_CHECKING:
    from citydiplomacy.engine import RemoteEngine

NAMES = 50_000  # how many are kept to suggest one of
BRIEFLY = 2.0  # seconds for a question that a page can do without the answer of


@dataclass(frozen=True)
class Shared:
    """What a server behind a gateway shares with it: the sockets and files of ``spawner`` and ``board``."""

    spawner: Path
    board: Path
    slots: int


@dataclass(frozen=True)
class SiteSettings:
    """A release directory and how it is served.

    ``body_bytes`` is the largest request body, ``cache_bytes`` what answers may be kept in memory, ``rate`` how many
    requests a second one client may send (0: any number), ``source`` the operator's copy of a source text,
    ``archive`` a folder of older releases. ``engine`` is a SPARQL endpoint to ask instead of our own workers;
    ``prefix`` is the path below which the server stands, ``trust_proxy`` whether a proxy before it is believed;
    ``submission_bytes`` and ``submission_seconds`` bound what ``/validate`` judges, ``own_shapes`` is whether by shapes
    that are sent along, too; ``shared`` is what the gateway that requests come through shares with us, if there is one.
    """

    release: Path
    pool: PoolSettings = field(default_factory=PoolSettings)
    body_bytes: int = 1024 * 1024
    cache_bytes: int = 256 * 1024 * 1024
    rate: float = 0.0
    source: Path | None = None
    archive: Path | None = None
    engine: str = ""
    prefix: str = ""
    trust_proxy: bool = False
    submission_bytes: int = 32 * 1024 * 1024
    submission_seconds: float = 60.0
    own_shapes: bool = False
    shared: Shared | None = None


@dataclass(frozen=True)
class Site:
    """One served release."""

    release: Release
    gallery: Gallery
    pool: Asker
    answers: Answers
    meter: Meter
    limiter: Limiter
    settings: SiteSettings
    engine: RemoteEngine | None = None
    board: Board | None = None

    @property
    def names(self) -> Names:
        return self.release.names

    def body_limit(self, path: str) -> int:
        """How many bytes a request to a path may have: data to be judged may be larger than a query."""
        return self.settings.submission_bytes if path == "/validate" else self.settings.body_bytes

    def local_path(self, iri: str) -> str | None:
        """The path below this server for one of our own IRIs, None for others."""
        return "/" + iri.removeprefix(self.names.base) if iri.startswith(self.names.base) else None

    def rows(self, query: str, timeout: float | None = None) -> list[dict[str, Any]]:
        """The bindings of a SELECT query of our own, as SPARQL JSON has them (variable: {type, value, xml:lang})."""
        answer = self.pool.ask(PoolRequest(query, results="json", graphs=None, timeout=timeout)).read()
        bindings: list[dict[str, Any]] = json.loads(answer)["results"]["bindings"]
        return bindings

    def holds(self, query: str, default_graphs: tuple[str, ...] = (), named_graphs: tuple[str, ...] = ()) -> bool:
        """Whether an ASK query is true of a dataset (the release's where none is named); QueryTimeout before long."""
        asked = PoolRequest(query, "json", None, default_graphs, named_graphs, BRIEFLY)
        return bool(json.loads(self.pool.ask(asked).read())["boolean"])

    @cached_property
    def releases(self) -> dict[str, Release]:
        """The releases that are kept here by version, the served one first, then from new to old."""
        folders = sorted(self.settings.archive.iterdir()) if self.settings.archive else []
        kept = [open_release(one) for one in folders if (one / "release.json").is_file()]
        kept.sort(key=lambda one: (one.issued, one.version), reverse=True)
        return {one.version: one for one in (self.release, *kept)}

    @cached_property
    def _checksums(self) -> dict[str, dict[str, str]]:
        return {}

    def checksums(self, version: str) -> dict[str, str]:
        """SHA-256 of a kept release's files by name, SHA256SUMS itself included."""
        if version not in self._checksums:
            folder = self.releases[version].directory
            known = read_checksums(folder) | {"SHA256SUMS": digest_of(folder / "SHA256SUMS")}
            self._checksums[version] = known
        return self._checksums[version]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The ontology's terms and the shapes' requirements, as their documentation shows them."""
        return read_vocabulary(self.release, self.gallery)

    @cached_property
    def withdrawn(self) -> dict[str, tuple[str, ...]]:
        """IRIs that were published and are not any more, with what replaces them."""
        return withdrawn_things(self)

    @cached_property
    def source(self) -> LinkedText | None:
        """The operator's copy of a source text, where there is one, with what it mentions."""
        return link_text(self, read_source(self.settings.source)) if self.settings.source else None

    @cached_property
    def known_names(self) -> list[str]:
        """IRIs of our own that something is said of, to suggest where one is misspelt."""
        base = self.names.base
        rows = self.rows(f'SELECT DISTINCT ?s WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{base}")) }} LIMIT {NAMES}')
        return [row["s"]["value"] for row in rows]

    @cached_property
    def merged_statements(self) -> int:
        """How many statements the default graph has, each counted once."""
        return int(self.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]["value"])

    def close(self) -> None:
        self.pool.close()


def open_site(settings: SiteSettings) -> Site:
    """Opens a release and starts its workers. ReleaseError or BadHeader where it is broken."""
    release = open_release(settings.release)
    gallery = read_gallery(Repository(release.directory, release.names))
    engine = _engine(settings, release) if settings.engine else None
    spawner, board = _shared(settings.shared)
    pool = engine or WorkerPool(release.data, settings.pool, release.names.prefixes, release.base, spawner)
    answers = Answers(pool, settings.cache_bytes // 2 if board else settings.cache_bytes)
    limiter = Limiter(settings.rate, shares=board.shares if board else None)
    return Site(release, gallery, pool, answers, Meter(pool, board), limiter, settings, engine, board)


def _shared(shared: Shared | None) -> tuple[Path | None, Board | None]:
    return (shared.spawner, Board(shared.board, shared.slots)) if shared else (None, None)


def _engine(settings: SiteSettings, release: Release) -> RemoteEngine:
    from citydiplomacy.engine import RemoteEngine  # noqa: PLC0415 (its HTTP client takes a while to import)

    return RemoteEngine(settings.engine, settings.pool, release.names.prefixes, release.base)


def current_site() -> Site:
    """The site of the application that handles this request."""
    site: Site = current_app.extensions["site"]
    return site


def best_language(request: Request) -> str:
    """The page's language: ``?lang=``, else what was chosen before, else what the browser prefers, else English."""
    asked = next((one for one in (request.args.get("lang"), request.cookies.get("language")) if one in LANGUAGES), "")
    return asked or request.accept_languages.best_match(LANGUAGES, default="en") or "en"
