"""Who is next: things that are lent to one at a time, and a bounded queue of those who wait for one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from citydiplomacy.errors import Overloaded

T = TypeVar("T")


class Place(Generic[T]):
    """A place in the queue; ``got`` is what has been handed to it."""

    __slots__ = ("got", "notify")

    def __init__(self, notify: Callable[[], object]) -> None:
        self.notify = notify
        self.got: T | None = None


class Turns(Generic[T]):
    """Lends things from any thread. At most ``most`` may wait."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: list[T] = []
        self._places: deque[Place[T]] = deque()

    @property
    def idle(self) -> int:
        """How many things wait to be used."""
        return len(self._idle)

    def take(self) -> T | None:
        """A thing that is idle, the one used last; None where there is none."""
        with self._lock:
            return self._idle.pop() if self._idle else None

    def queue(self, notify: Callable[[], object]) -> Place[T]:
        """A place in the queue; ``notify`` is called, by whoever gives it, once a thing is there.

        Raises Overloaded at once where too many wait already.
        """
        place: Place[T] = Place(notify)
        with self._lock:
            if not self._idle:
                if len(self._places) >= self._most:
                    raise Overloaded(f"All workers are busy and {len(self._places)} requests wait. Try again soon.")
                self._places.append(place)
                return place
            place.got = self._idle.pop()
        notify()
        return place

    def leave(self, place: Place[T]) -> None:
        """Gives up a place; a thing that came at the last moment is given back."""
        with self._lock:
            if place.got is None:
                self._places.remove(place)
                return
        self.give(place.got)

    def give(self, thing: T) -> None:
        """Hands a thing to the one who has waited longest, or keeps it for the next."""
        with self._lock:
            if not self._places:
                self._idle.append(thing)
                return
            place = self._places.popleft()
            place.got = thing
        place.notify()

    def drain(self) -> list[T]:
        """All that is idle; it is not lent any more."""
        with self._lock:
            drained, self._idle = self._idle, []
        return drained
