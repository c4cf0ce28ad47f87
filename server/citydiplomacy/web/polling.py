"""Sockets and other descriptors that are watched together."""

from __future__ import annotations

import select
from collections.abc import Callable

Handler = Callable[[int], None]


class Poller:
    """What waits for something to happen to its socket."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._watched: dict[int, tuple[Handler, int]] = {}
        self._forgotten: set[int] = set()  # in this turn

    def watch(self, descriptor: int, events: int, handler: Handler) -> None:
        self._watched[descriptor] = handler, 0
        self.change(descriptor, events)

    def change(self, descriptor: int, events: int) -> None:
        """Watches for other events; for none, not even for the connection's end, which would be told without end."""
        handler, before = self._watched[descriptor]
        self._watched[descriptor] = handler, events
        if not before and events:
            self._poll.register(descriptor, events)
        elif before and not events:
            self._poll.unregister(descriptor)
        elif before != events:
            self._poll.modify(descriptor, events)

    def forget(self, descriptor: int) -> None:
        if descriptor in self._watched:
            self.change(descriptor, 0)
            del self._watched[descriptor]
            self._forgotten.add(descriptor)

    def turn(self, seconds: float) -> None:
        """Calls the handlers of all that something has happened to, or returns after some seconds.

        What happened to one that was forgotten in the same turn is passed over: its number may be another's by now.
        """
        self._forgotten.clear()
        for descriptor, events in self._poll.poll(seconds):
            if descriptor in self._watched and descriptor not in self._forgotten:
                self._watched[descriptor][0](events)
