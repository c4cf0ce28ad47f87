"""The process that holds a release in memory and forks workers over it, and the way to ask it for one.

``python -m citydiplomacy.spawner RELEASE.nq SOCKET TERMS`` (``Terms`` as JSON) loads a release once, says ``ready`` on
its standard input (a socket) and then listens at the path SOCKET. Whoever connects there sends one letter, a role, with
a socket; the letter's function is run in a fork, on that socket, and its process id (four bytes, big endian) comes
back. Workers share the loaded store's memory pages, start in a few milliseconds, and can be killed at any time: nothing
they do outlives them. The process ends once whoever started it and all who are connected have hung up.
"""

from __future__ import annotations

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
from pathlib import Path

from citydiplomacy.errors import ReleaseError
from citydiplomacy.store import Store, load_store
from citydiplomacy.worker import Terms, live_as_worker

# over a store in huge pages workers are forked at once, whatever its size; who is not glibc 2.35 or later ignores it
ENV, HUGE_PAGES = "/usr/bin/env", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"
WORKER = b"w"  # the role of a query worker
READY = b"ready\n"
PID = struct.Struct(">I")

Role = Callable[[Store, socket.socket, Terms], None]


class Spawner:
    """The process, as whoever started it knows it. ReleaseError where the release can not be loaded.

    ``module`` is what to run: this one, or one that knows more roles.
    """

    def __init__(self, release: Path, terms: Terms, module: str = __name__) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="citydiplomacy-")
        self.path = Path(self._folder.name) / "spawner"
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", module, str(release), str(self.path), json.dumps(asdict(terms))]
        self._process = subprocess.Popen([ENV, HUGE_PAGES, *command], stdin=theirs.fileno())
        theirs.close()
        self._line = ours
        if ours.recv(len(READY)) != READY:
            self.close()
            raise ReleaseError(f"{release} could not be loaded; build it again.")

    def close(self) -> None:
        """Hangs up, and waits for the process to end where nobody else is connected."""
        self._line.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class Forks:
    """A connection to a spawner; may be used from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(path))

    def fork(self, role: bytes, theirs: socket.socket) -> int:
        """The process id of a new worker, which has its own copy of ``theirs``."""
        with self._lock:
            socket.send_fds(self._line, [role], [theirs.fileno()])
            pid: int = PID.unpack(self._line.recv(PID.size))[0]
        return pid

    def close(self) -> None:
        self._line.close()


def main(arguments: list[str], roles: Mapping[bytes, Role]) -> int:
    """Loads the release, then forks until nobody is left who could ask for it."""
    release, path, terms = Path(arguments[0]), arguments[1], Terms(**json.loads(arguments[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    starter = socket.socket(fileno=os.dup(0))
    store = load_store(release)
    gc.freeze()  # what is here now stays, and its pages stay shared
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    starter.sendall(READY)
    with selectors.DefaultSelector() as watched:
        watched.register(listener, selectors.EVENT_READ)
        watched.register(starter, selectors.EVENT_READ)
        while len(watched.get_map()) > 1:
            for key, _ in watched.select():
                line = key.fileobj
                assert isinstance(line, socket.socket)  # noqa: S101 (for the type checker)
                if line is listener:
                    watched.register(listener.accept()[0], selectors.EVENT_READ)
                elif not _fork(line, watched, roles, store, terms):
                    watched.unregister(line)
                    line.close()
    return 0


def _fork(
    line: socket.socket, watched: selectors.BaseSelector, roles: Mapping[bytes, Role], store: Store, terms: Terms
) -> bool:
    """Forks a worker for whoever asks; False where it has hung up instead."""
    try:
        role, descriptors, _, _ = socket.recv_fds(line, 1, 1)
    except ConnectionResetError:
        return False
    if not role:
        return False
    child = os.fork()
    if child == 0:
        for key in list(watched.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        watched.close()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        roles[role](store, socket.socket(fileno=descriptors[0]), terms)
        os._exit(0)
    os.close(descriptors[0])
    line.sendall(PID.pack(child))
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], {WORKER: live_as_worker}))
