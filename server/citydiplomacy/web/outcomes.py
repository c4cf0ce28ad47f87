"""How requests end, and one log line for each. No query texts and no addresses: a query is told by its hash."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)  # seconds
CACHES = ("hit", "miss")
DIRECT_STATUSES = (200, 304)  # what workers answer by themselves
REFUSED_STATUSES = (400, 408, 414, 431, 503)  # with which the gateway refuses what can not be passed on


@dataclass(frozen=True)
class Outcome:
    """How a request ended: ``route`` is the first part of its path, ``cache`` hit, miss or none.

    ``query`` is the query's text, ``size`` the bytes of the answer before any part of it is left out (HEAD, 304).
    """

    route: str
    status: int
    cache: str = "none"
    query: str = ""
    size: int | None = None

    def line(self, seconds: float) -> str:
        """The request's log line, as JSON; ``seconds`` is the time until its answer began."""
        known: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "route": self.route,
            "status": self.status,
            "milliseconds": round(seconds * 1000, 2),
            "cache": self.cache,
        }
        if self.size is not None:
            known["bytes"] = self.size
        if self.query:
            known["query"] = hashlib.sha256(self.query.encode()).hexdigest()[:16]
        return json.dumps(known)
