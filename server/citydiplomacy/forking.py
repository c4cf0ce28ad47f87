"""A process's copy of itself, once the system has room for one."""

from __future__ import annotations

import contextlib
import os
import time

TRIES, PAUSE = 100, 0.1  # while there is no room; seconds in between


def fork() -> int:
    """``os.fork``, as soon as it can be; OSError where there is no room for ten seconds."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(OSError):
            return os.fork()
        time.sleep(PAUSE)
    return os.fork()
