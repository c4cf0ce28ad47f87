"""Long answers between a fast worker and a slow client: read at the worker's speed, written at the client's."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator

IN_MEMORY = 4 * 1024 * 1024
PIECE = 256 * 1024


class Spool:
    """The chunks of ``source``, taken as fast as they come by a thread of its own and given out in the same order.

    What does not fit in memory waits in a temporary file without a name. An error in the source is raised to the reader
    after the chunks before it. ``close`` ends the source, too.
    """

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = source
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed by close)
        self._state = threading.Condition()
        self._written = 0
        self._done = False
        self._closed = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._fill, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[bytes]:
        place = 0
        while piece := self._piece(place):
            place += len(piece)
            yield piece
        if self._error:
            raise self._error

    def close(self) -> None:
        """Stops taking chunks and frees what was kept."""
        with self._state:
            self._closed = True
        self._thread.join()
        self._file.close()

    def _piece(self, place: int) -> bytes:
        """The bytes from ``place`` on, waited for where there are none yet; empty at the end."""
        with self._state:
            self._state.wait_for(lambda: self._written > place or self._done)
            if self._closed or self._file.closed:
                return b""
            self._file.seek(place)
            return self._file.read(PIECE)

    def _fill(self) -> None:
        try:
            for chunk in self._source:
                with self._state:
                    if self._closed:
                        break
                    self._file.seek(self._written)
                    self._file.write(chunk)
                    self._written += len(chunk)
                    self._state.notify()
        except BaseException as error:  # noqa: BLE001 (raised again where the chunks are read)
            self._error = error
        finally:
            close = getattr(self._source, "close", None)
            if close:
                close()
            with self._state:
                self._done = True
                self._state.notify()
