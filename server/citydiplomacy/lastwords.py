"""What a worker says on standard error before it dies, and the error that its death is to the client.

The engine ends its process where it panics (it is built with ``panic = "abort"``) or gets no memory, and says so first.
A stack that overflows ends it without a word.
"""

from __future__ import annotations

from citydiplomacy.errors import CityDiplomacyError, EngineCrashed, QueryTooBig, Unsortable

NO_TOTAL_ORDER = "does not correctly implement a total order"
NO_MEMORY = ("memory allocation", "MemoryError", "bad_alloc")


def error_of(words: str) -> CityDiplomacyError:
    """The error for a worker's last words, of which nothing is passed on: they may tell of the machine."""
    if any(one in words for one in NO_MEMORY):
        return QueryTooBig("The query needed more memory than it may have.")
    if NO_TOTAL_ORDER in words:
        # Numbers are compared by value, and with other literals by their text: 9 < 10 < "5a" < 9. The same panic is
        # Oxigraph's issue 1542 (closed; RAND() was its cause there), that order of literals came with its issue 160.
        return Unsortable(
            "The engine can not sort by this: it has no order for numbers among other literals. That is a fault of "
            "the engine's, not of the server's load; the same query will fail again.",
            hint="order by the text, ORDER BY STR(?x), or put the numbers last, ORDER BY ISNUMERIC(?x) ?x",
        )
    if "panicked at" in words:
        return EngineCrashed(
            "The engine ended while it worked on this query. That is a fault of the engine's, not of the query's or of "
            "the server's load; the same query will fail again. Ask in another way, and report it, please."
        )
    return QueryTooBig("The query needed more memory than it may have, or nests too deep.")
