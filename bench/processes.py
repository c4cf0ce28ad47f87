"""Processes that the bench starts: their trees, memory and processor time, and their end, always by process id."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KIBIBYTE = 1024


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start(command: list[str], log: Path, folder: Path | None = None) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, its output in a file."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, start_new_session=True
        )


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:  # grows while it is walked
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
    return found


def stop(process: subprocess.Popen[bytes]) -> None:
    """Asks a server to end; what of its tree is still there after ten seconds is killed."""
    pids = tree(process.pid)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == process.pid:  # still one of ours: process ids are used again
                os.kill(pid, signal.SIGKILL)
    process.wait()


def processor_seconds(pid: int) -> dict[int, float]:
    """User and system time so far of each process of a tree."""
    seconds = {}
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            seconds[one] = (int(fields[11]) + int(fields[12])) / TICKS
    return seconds


def memory(pid: int) -> tuple[int, int]:
    """Resident bytes of a tree: the sum over its processes, and the same with shared pages counted once (PSS)."""
    resident = shared = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Rss:"):
                    resident += int(line.split()[1]) * KIBIBYTE
                elif line.startswith("Pss:"):
                    shared += int(line.split()[1]) * KIBIBYTE
    return resident, shared


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float, log: Path) -> None:
    """Waits until ``ready()`` is true; RuntimeError with the end of the log where the process ends or time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args} did not come up:\n{log.read_text(errors='replace')[-2000:]}")
