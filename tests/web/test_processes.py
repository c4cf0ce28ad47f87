"""A server is several processes: whichever ends, and however often a release is loaded anew, none is left behind."""

import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from local_servers import OURS, Running, free_port

from citydiplomacy.release import Release
from citydiplomacy.spawner import WORKER, Forks, Spawner
from citydiplomacy.worker import Terms

Start = Callable[..., Running]


@pytest.fixture
def server(start: Start) -> Iterator[Running]:
    """A server; what is left of its processes is ended after the test."""
    server = start("--workers", "2", ready="/health")
    family = descendants(server.process.pid)
    yield server
    server.process.terminate()
    server.process.wait(30)
    for pid in family & processes().keys():
        os.kill(pid, signal.SIGKILL)


def processes(*, ended: bool = False) -> dict[int, int]:
    """The processes that run, each with the one that started it; or those that have ended, and nobody has asked how."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if (state == "Z") == ended:
            found[int(folder.name)] = int(parent)
    return found


def children(pid: int) -> set[int]:
    return {child for child, parent in processes().items() if parent == pid}


def descendants(pid: int) -> set[int]:
    direct = children(pid)
    return direct.union(*map(descendants, direct))


def happens(what: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while not what() and time.monotonic() < until:
        time.sleep(0.05)
    return what()


def holds_data(pid: int) -> bool:
    return b"direct_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()


def part(server: Running, name: str) -> int:
    """The process id of a part of a server."""
    if name == "gateway":
        return server.process.pid
    spawner, pages = sorted(children(server.process.pid), key=holds_data, reverse=True)
    return {"spawner": spawner, "pages": pages, "pages' worker": min(children(pages))}[name]


def test_nothing_is_left_of_a_release_that_is_served_no_more(server: Running) -> None:
    before = children(server.process.pid)
    server.process.send_signal(signal.SIGHUP)
    assert happens(lambda: len(children(server.process.pid)) == 3)
    assert happens(lambda: len(children(server.process.pid)) == 2)
    assert len(children(server.process.pid) & before) == 1
    assert server.get("/sparql?query=ASK%20%7B%7D").status == 200
    assert happens(lambda: server.process.pid not in processes(ended=True).values())


@pytest.mark.parametrize("name", ["gateway", "spawner", "pages", "pages' worker"])
def test_server_without_one_of_its_parts_ends_whole_and_says_so(server: Running, name: str) -> None:
    family = descendants(server.process.pid)
    os.kill(part(server, name), signal.SIGKILL)
    assert happens(lambda: server.process.poll() is not None)
    assert happens(lambda: not family & processes().keys())
    assert server.process.returncode == (-signal.SIGKILL if name == "gateway" else 2)
    assert ("has ended by itself" in server.log.read_text()) == (name != "gateway")
    assert "Traceback" not in server.log.read_text()


def test_reload_that_is_asked_for_during_another_is_not_forgotten(
    start: Start, small_release: Release, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    shutil.copytree(small_release.directory, release)
    server = start("--workers", "2", "--release", str(release), ready="/health")
    before = children(server.process.pid)
    server.process.send_signal(signal.SIGHUP)
    assert happens(lambda: len(children(server.process.pid)) == 3)
    (loading,) = children(server.process.pid) - before
    os.kill(loading, signal.SIGSTOP)
    with (release / "data.nq").open("a") as data:
        data.write("<urn:x> <urn:x> <urn:x> <urn:x> .\n")
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    os.kill(loading, signal.SIGKILL)
    number = iter(range(10_000))
    asked = "/sparql?format=csv&query=ASK%20%7B%20%3Curn:x%3E%20%3Fp%20%3Fo%20%7D%20%23{}"
    assert happens(lambda: b"true" in server.get(asked.format(next(number))).body)


def test_reload_that_there_is_no_room_for_ends_nothing(start: Start) -> None:
    server = start("--workers", "2", ready="/health")
    pid, limit = server.process.pid, resource.RLIMIT_NOFILE
    before = resource.prlimit(pid, limit)
    taken = {int(one.name) for one in Path(f"/proc/{pid}/fd").iterdir()}
    _, second = islice((number for number in count() if number not in taken), 2)
    resource.prlimit(pid, limit, (second, before[1]))  # there is one more
    server.process.send_signal(signal.SIGHUP)
    assert happens(lambda: "Too many open files. The release as it was goes on" in server.log.read_text(), 5)
    resource.prlimit(pid, limit, before)
    assert server.get("/health").status == 200


def test_reload_that_is_asked_for_before_there_is_anything_to_reload_ends_nothing(small_release: Release) -> None:
    command = [*OURS, "--release", str(small_release.directory), "--port", str(free_port()), "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            assert happens(lambda: bool(children(server.pid)))
            server.send_signal(signal.SIGHUP)
            assert happens(lambda: len(descendants(server.pid)) >= 7)
        finally:
            server.terminate()
        assert server.wait(30) == 0


def test_spawner_goes_on_where_somebody_leaves_before_the_answer(small_release: Release) -> None:
    others = children(os.getpid())
    spawner = Spawner(small_release.data, Terms(2**30, 2**20, {}))
    (pid,) = children(os.getpid()) - others
    try:
        spawner.wait()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            leaver = Forks(spawner.path)
            os.kill(pid, signal.SIGSTOP)
            leaver.ask(WORKER, theirs)
            leaver.close()
            os.kill(pid, signal.SIGCONT)
            forks = Forks(spawner.path)
            assert forks.fork(WORKER, theirs) in processes()
            forks.close()
    finally:
        spawner.close()
