"""The process that holds a release in memory and forks workers over it, and the way to ask it for one.

``python -m citydiplomacy.spawner RELEASE.nq FD TERMS [FOLDER]`` (``Terms`` as JSON) loads a release once, into memory
or into a store on disk below FOLDER, says ``ready`` on its standard input (a socket) and then takes connections on the
listening socket FD. Whoever connects there sends one letter, a role, with a socket; the letter's function is run in a
fork, on that socket, and its process id (four bytes, big endian) comes back. Workers share the loaded store's memory
pages, start in a few milliseconds, and can be killed at any time: nothing they do outlives them. The process ends once
whoever started it and all who are connected have hung up.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from citydiplomacy.diskstore import made_apart, open_disk_store
from citydiplomacy.errors import ReleaseError
from citydiplomacy.forking import fork
from citydiplomacy.store import Store, load_store
from citydiplomacy.worker import FrameReader, Terms, live_as_worker

# How glibc keeps memory (its versions before 2.35 ignore the first; others' libraries ignore all). Over a store in huge
# pages workers are forked at once, whatever its size. A query takes and gives back hundreds of small pieces: kept for
# the next one, instead of seven of each size, and 32 MiB of them instead of 128 KiB, queries take a fifth less time.
TUNABLES = (
    "glibc.malloc.hugetlb=1",
    "glibc.malloc.tcache_count=2000",
    "glibc.malloc.trim_threshold=33554432",
    "glibc.malloc.mmap_threshold=16777216",
)
ENV = ("/usr/bin/env", f"GLIBC_TUNABLES={':'.join(TUNABLES)}")
WORKER = b"w"  # the role of a query worker
READY = b"ready\n"
GONE = "The process that holds the data has ended by itself."
PID = struct.Struct(">I")
TRIES = 10  # for a worker that lives

Role = Callable[[Store, socket.socket, Terms], None]


class Spawner:
    """The process, as whoever started it knows it. It may be asked at ``path`` at once, and answers when it is ready.

    ``disk`` is the folder of a store on disk instead of memory; ``module`` is what to run: this one, or one that knows
    more roles.
    """

    def __init__(self, release: Path, terms: Terms, disk: Path | None = None, module: str = __name__) -> None:
        self._release = release
        self._folder = tempfile.TemporaryDirectory(prefix="citydiplomacy-")
        self.path = Path(self._folder.name) / "spawner"
        self.line, theirs = socket.socketpair()
        with theirs, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.path))
            listener.listen()
            descriptor = listener.fileno()
            command = [sys.executable, "-m", module, str(release), str(descriptor), json.dumps(asdict(terms))]
            command += [str(disk)] if disk else []
            self._process = subprocess.Popen([*ENV, *command], stdin=theirs.fileno(), pass_fds=[descriptor])

    def wait(self) -> None:
        """Returns when the process is ready; ReleaseError where the release can not be loaded."""
        if self.line.recv(len(READY)) != READY:
            self.close()
            raise ReleaseError(f"{self._release} could not be loaded; build it again.")

    @property
    def memory(self) -> int:
        """The bytes that the process holds in memory."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def leave(self) -> None:
        """Hangs up; the process ends when all others have, too."""
        self.line.close()

    @property
    def left(self) -> bool:
        """Whether the process has ended; then nothing is left of it."""
        if self._process.poll() is None:
            return False
        self._folder.cleanup()
        return True

    def close(self) -> None:
        """Hangs up, and waits for the process to end; it is made to after some seconds."""
        self.leave()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class Forks:
    """A connection to a spawner. ``fork`` may be used from any thread; or else ``ask`` and ``take``, from one."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(path))

    def fork(self, role: bytes, theirs: socket.socket) -> int:
        """The process id of a new worker, which has its own copy of ``theirs``."""
        with self._lock:
            self.ask(role, theirs)
            return self.take()

    def ask(self, role: bytes, theirs: socket.socket) -> None:
        """Asks for a worker, which will have its own copy of ``theirs``; EOFError where the spawner has gone."""
        try:
            socket.send_fds(self._line, [role], [theirs.fileno()])
        except (BrokenPipeError, ConnectionResetError):
            raise EOFError(GONE) from None

    def take(self) -> int:
        """The process id of the worker that was asked for first; EOFError where the spawner has gone."""
        try:
            answer = self._line.recv(PID.size)
        except ConnectionResetError:
            answer = b""
        if not answer:
            raise EOFError(GONE)
        pid: int = PID.unpack(answer)[0]
        return pid

    def fileno(self) -> int:
        """What is readable when ``take`` has something."""
        return self._line.fileno()

    def close(self) -> None:
        self._line.close()


class Worker:
    """One query worker and the socket to it. ProcessLookupError where it has ended already."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self._handle = os.pidfd_open(pid)
        self.connection = connection
        self.frames = FrameReader(connection)

    def kill(self) -> None:
        """Ends the process at once. The handle names this process and no other, even after it has gone."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        os.close(self._handle)
        self.connection.close()


def born(forks: Forks) -> Worker:
    """A new query worker, in place of any that ends as soon as it is there; ReleaseError where all of them do."""
    for _ in range(TRIES):
        ours, theirs = socket.socketpair()
        with theirs:
            pid = forks.fork(WORKER, theirs)
        try:
            return Worker(pid, ours)
        except ProcessLookupError:
            ours.close()
    raise ReleaseError("Workers end as soon as they are started. Is there memory for them?")


def main(arguments: list[str], roles: Mapping[bytes, Role]) -> int:
    """Loads the release, then forks until nobody is left who could ask for it."""
    release, descriptor, terms = Path(arguments[0]), int(arguments[1]), Terms(**json.loads(arguments[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    starter = socket.socket(fileno=os.dup(0))
    try:
        load = _load(release, Path(arguments[3]) if len(arguments) > 3 else None)
    except ReleaseError as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1
    gc.freeze()  # what is here now stays, and its pages stay shared
    listener = socket.socket(fileno=descriptor)
    with contextlib.suppress(BrokenPipeError):  # whoever started it has gone, which is seen below
        starter.sendall(READY)
    _serve(listener, starter, lambda role, theirs: roles[role](load(), theirs, terms))
    return 0


def _serve(listener: socket.socket, starter: socket.socket, live: Callable[[bytes, socket.socket], None]) -> None:
    """Forks for all who connect, until they and whoever started this process have hung up."""
    with selectors.DefaultSelector() as watched:
        watched.register(listener, selectors.EVENT_READ)
        watched.register(starter, selectors.EVENT_READ)
        while len(watched.get_map()) > 1:
            for key, _ in watched.select():
                line = key.fileobj
                assert isinstance(line, socket.socket)  # noqa: S101 (for the type checker)
                if line is listener:
                    watched.register(listener.accept()[0], selectors.EVENT_READ)
                elif not _fork(line, watched, live):
                    watched.unregister(line)
                    line.close()


def _load(release: Path, folder: Path | None) -> Callable[[], Store]:
    """Loads a release; what a fork is to call for its store. ReleaseError where it can not be."""
    if folder:
        return partial(open_disk_store, made_apart(release, folder))
    try:
        store = load_store(release)
    except (OSError, SyntaxError) as error:
        raise ReleaseError(f"{release}: {error}") from error
    return lambda: store


def _fork(line: socket.socket, watched: selectors.BaseSelector, live: Callable[[bytes, socket.socket], None]) -> bool:
    """Forks a worker for whoever asks; False where it has hung up instead."""
    try:
        role, descriptors, _, _ = socket.recv_fds(line, 1, 1)
    except ConnectionResetError:
        return False
    if not role:
        return False
    child = fork()
    if child == 0:
        for key in list(watched.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        watched.close()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        live(role, socket.socket(fileno=descriptors[0]))
        os._exit(0)
    os.close(descriptors[0])
    with contextlib.suppress(OSError):  # who asked has gone, and the worker will see that, too
        line.sendall(PID.pack(child))
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], {WORKER: live_as_worker}))
