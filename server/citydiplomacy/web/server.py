"""Serving a release: the gateway in this process, the process that loads and forks, and granian for all the pages."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import resource
import select
import signal
import socket
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from citydiplomacy.errors import CityDiplomacyError, ReleaseError
from citydiplomacy.release import open_release
from citydiplomacy.spawner import Forks, Spawner
from citydiplomacy.web import create_app, direct_worker
from citydiplomacy.web.board import Board
from citydiplomacy.web.crew import Work
from citydiplomacy.web.direct import Scope
from citydiplomacy.web.gateway import Gateway
from citydiplomacy.web.lending import Post
from citydiplomacy.web.listening import Address, free_port, listen, wait
from citydiplomacy.web.memory import free_memory
from citydiplomacy.web.rsgi import Application
from citydiplomacy.web.site import Shared, SiteSettings
from citydiplomacy.worker import PR_SET_PDEATHSIG, Terms

logger = logging.getLogger(__name__)
LEAVING_SECONDS = 30.0
CHANGING_SECONDS = 1.0  # after which pages of an older release are made no more; new ones may wait for their process
OF_MEMORY = 0.5  # of what is free, that copies of the store may take


def serve(settings: SiteSettings, address: Address) -> None:
    """Serves until it is told to stop (SIGINT, SIGTERM); SIGHUP loads the release anew.

    Raises ReleaseError where the port is taken or the release can not be loaded.
    """
    listener = listen(address)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection takes two, and most systems begin with 1024
    with listener, tempfile.TemporaryDirectory(prefix="citydiplomacy-") as folder:
        Serving(settings, listener, Path(folder)).run()


class Serving:
    """A running server: the processes of one release (of an engine elsewhere, only the pages'), and the gateway."""

    def __init__(self, settings: SiteSettings, listener: socket.socket, folder: Path) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # there is nothing to be loaded anew yet
        workers = 0 if settings.engine else min(settings.pool.workers, os.cpu_count() or 1)
        slots = 2 * (workers + 1)
        shared = Shared(folder / "spawner", folder / "board", slots)
        self._settings = replace(settings, shared=shared)
        inherited, pages = [listener], Address(port=free_port())
        self._spawner = None if settings.engine else self._load()
        if self._spawner:
            _point(shared.spawner, self._spawner.path)
            inherited.append(self._spawner.line)
        work = partial(_serve_pages, self._settings, pages, inherited)
        self._pages = multiprocessing.get_context("fork").Process(target=work)
        self._pages.start()
        self._pages_process = os.pidfd_open(self._pages.pid or 0)  # its sentinel is open as long as its children are
        self._wait(pages)
        workers = _that_fit(workers, self._spawner.memory) if self._spawner else 0
        post, forks = _post(self._settings, shared, workers), Forks(shared.spawner) if self._spawner else None
        board = Board(shared.board, shared.slots)
        self._gateway = Gateway(listener, (pages.host, pages.port), Work(board, post, workers), forks)
        self._next: Spawner | None = None
        self._older: list[Spawner] = []  # of releases that are served no more, until they have ended
        self._again = False  # what is being loaded may be of before the last SIGHUP
        self._over = self._failed = False

    def _wait(self, pages: Address) -> None:
        """Returns when all processes are ready; ReleaseError where one can not be."""
        try:
            if self._spawner:
                self._spawner.wait()
            wait(pages, self._pages)
        except ReleaseError:
            self._pages.terminate()
            self._pages.join(LEAVING_SECONDS)
            raise

    def run(self) -> None:
        """Serves until the process is told to stop; then what is under way has half a minute to end."""
        poller, woken = self._gateway.poller, _signals()
        poller.watch(woken.fileno(), select.EPOLLIN, lambda _: self._signalled(woken.recv(64)))
        poller.watch(self._pages_process, select.EPOLLIN, lambda _: self._fail())
        self._gateway.start()
        try:
            while not self._over:
                self._gateway.turn()
                self._older = [one for one in self._older if not one.left]
        finally:
            self._leave()
        if self._failed:
            raise ReleaseError("The process that makes the pages has ended by itself; its last words are above.")

    def _leave(self) -> None:
        """Lets what is under way end, in half a minute at most, and then all processes."""
        self._stop()
        until = time.monotonic() + LEAVING_SECONDS
        while not self._gateway.empty and time.monotonic() < until:
            self._gateway.turn()
        self._gateway.close()
        self._pages.join(LEAVING_SECONDS)
        self._pages.kill()
        for spawner in filter(None, (self._spawner, self._next, *self._older)):
            spawner.close()

    def _load(self) -> Spawner:
        """Starts to load the release as it is now. ReleaseError where it is broken."""
        release, pool = open_release(self._settings.release), self._settings.pool
        terms = Terms(pool.memory, pool.answer_bytes, release.names.prefixes, release.base)
        return Spawner(release.data, terms, pool.disk, direct_worker.__name__)

    def _signalled(self, numbers: bytes) -> None:
        if signal.SIGINT in numbers or signal.SIGTERM in numbers:
            self._stop()
        elif self._next:
            self._again = True
        elif self._settings.engine:
            signal.pidfd_send_signal(self._pages_process, signal.SIGHUP)
        elif not self._over:
            self._reload()

    def _fail(self) -> None:
        self._failed = True
        self._stop()

    def _stop(self) -> None:
        if not self._over:
            self._over = True
            if self._next:
                self._gateway.poller.forget(self._next.line.fileno())
            self._gateway.poller.forget(self._pages_process)
            self._gateway.stop()
            self._pages.terminate()

    def _reload(self) -> None:
        """Loads the release anew, beside the one that is served."""
        try:
            self._next = self._load()
        except (OSError, CityDiplomacyError) as error:  # there may be no room for another process just now
            logger.error("%s. The release as it was goes on being served.", str(error).removesuffix("."))
            return
        self._gateway.poller.watch(self._next.line.fileno(), select.EPOLLIN, lambda _: self._loaded())

    def _loaded(self) -> None:
        """A release has been loaded, or could not be."""
        new, self._next = self._next, None
        assert new  # noqa: S101 (for the type checker: it is watched)
        self._gateway.poller.forget(new.line.fileno())
        try:
            new.wait()
            self._change_over(new)
        except (ReleaseError, ConnectionError) as error:
            logger.error("%s The release as it was goes on being served.", error)
        if self._again:
            self._again = False
            self._reload()

    def _change_over(self, new: Spawner) -> None:
        """Lets all processes change over to a release that has been loaded; the older one's end by themselves."""
        forks = Forks(new.path)
        assert self._settings.shared  # noqa: S101 (for the type checker)
        _point(self._settings.shared.spawner, new.path)
        self._gateway.renew(forks)
        signal.pidfd_send_signal(self._pages_process, signal.SIGHUP)
        if self._spawner:
            self._spawner.leave()
            self._older.append(self._spawner)
        self._spawner = new


def _post(settings: SiteSettings, shared: Shared, workers: int) -> Post:
    cache = settings.cache_bytes // (2 * max(1, workers))  # one half of the cache is the pages' process's
    scope = Scope(tuple({"/sparql", f"{settings.prefix}/sparql"}), settings.pool.limits, cache)
    log = logging.getLogger("citydiplomacy.requests").isEnabledFor(logging.INFO)
    return Post(str(shared.board), shared.slots, 0, scope, settings.rate, settings.trust_proxy, log)


def _that_fit(workers: int, store: int) -> int:
    """How many workers may answer at once where each, and the one that stands by, is to have a copy of the store."""
    return max(0, min(workers, int(free_memory() * OF_MEMORY / store) - 1))


def _signals() -> socket.socket:
    """A socket that is readable when a signal has come, with its number."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(theirs.detach())
    return ours


def _serve_pages(settings: SiteSettings, address: Address, others: list[socket.socket]) -> None:
    """Serves all pages, and what queries the gateway leaves, with granian.

    ``others`` are sockets of the gateway, with which this process is forked and ends.
    """
    from granian import Granian  # noqa: PLC0415 (the gateway does without)
    from granian.constants import Interfaces, RuntimeModes  # noqa: PLC0415

    for other in others:  # as long as one is open here, its other side takes the gateway to be there
        other.close()
    _end_with_parent()
    server = Granian(
        "citydiplomacy",
        address=address.host,
        port=address.port,
        interface=Interfaces.RSGI,
        runtime_mode=RuntimeModes.st,  # measured: less waiting for the interpreter's lock than with more threads
        log_enabled=False,
        websockets=False,
        respawn_interval=CHANGING_SECONDS,
    )
    server.serve(target_loader=partial(_application, settings), wrap_loader=False)  # type: ignore[arg-type]


def _application(settings: SiteSettings) -> Application:
    """What granian serves; ends its process with a word on why where that can not be."""
    _end_with_parent()
    try:
        return Application(partial(create_app, settings))
    except (OSError, EOFError, CityDiplomacyError) as error:
        logger.error("The pages can not be served: %s", error)
        raise SystemExit(1) from None


def _end_with_parent() -> None:
    """Has this process told to end when the one that started it has ended, in whatever way."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _point(link: Path, target: Path) -> None:
    """Lets a symbolic link point to something, at once for all who use it."""
    new = link.with_suffix(".new")
    new.symlink_to(target)
    new.replace(link)
