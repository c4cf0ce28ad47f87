"""Long work gives way to short work: past a tenth of a second its thread's priority is lowered.

A priority that was lowered can not be raised again without privileges. So the thread ends once its long work is done,
and another, with the priority that the process began with, goes on.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable

LONG = 0.1  # seconds
LOOK = 0.05
NICE = 19


class Turn:
    """What one thread does, piece by piece, until it is ``over`` or was ``lowered``."""

    __slots__ = ("began", "lowered", "over")

    def __init__(self) -> None:
        self.began = 0.0
        self.lowered = False
        self.over = False

    def begin(self) -> None:
        self.began = time.monotonic()

    def end(self) -> None:
        self.began = 0.0

    def look(self, thread: int) -> None:
        """Lowers the thread's priority where its piece of work is long."""
        if self.began and not self.lowered and time.monotonic() - self.began > LONG:
            self.lowered = True
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, thread, NICE)  # on Linux, of this thread alone


def live(work: Callable[[Turn], None]) -> None:
    """Has ``work`` done in one thread after the other until it says that it is over."""
    over = False
    while not over:
        turn = Turn()
        thread = threading.Thread(target=work, args=(turn,))
        thread.start()
        while thread.is_alive():
            thread.join(LOOK)
            turn.look(thread.native_id or 0)
        over = turn.over or not turn.lowered
