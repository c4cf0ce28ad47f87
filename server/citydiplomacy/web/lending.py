"""What the gateway and the workers that it lends connections to say to each other.

A message is one letter, a number (eight bytes, big endian), most often a connection's, and more bytes; messages keep
their bounds (SOCK_SEQPACKET). The first one, to a new worker, is a ``Post`` with the descriptor of its token.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass

from citydiplomacy.sparql import Limits
from citydiplomacy.web.direct import Scope

ROLE = b"d"  # of these workers, at the spawner
MESSAGE = struct.Struct(">cQ")
PIECE = 64 * 1024  # bytes of a message at most, but for its head
# to a worker: a connection (its socket comes along), with its client's address
LENT = b"L"
# to the gateway: connections may come; the number is the microseconds of processor time that it took
READY = b"Y"
# to the gateway: a connection has ended; what came of a request for the pages' process; a piece of what is left to send
# of a response; whether the connection is to be kept after the last piece
CLOSED, PASSED, REST, LAST = b"C", b"P", b"R", b"T"
KEEP, CLOSE = b"keep", b"close"


@dataclass(frozen=True)
class Post:
    """What a worker is told when it starts: its place on the board, and what holds for all of them."""

    board: str
    slots: int
    slot: int
    scope: Scope
    rate: float = 0.0
    trust_proxy: bool = False
    log: bool = False

    def pack(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpack(cls, data: bytes) -> Post:
        known = json.loads(data)
        scope = known["scope"]
        limits = Limits(**scope["limits"])
        known["scope"] = Scope(tuple(scope["paths"]), limits, scope["cache_bytes"])
        return cls(**known)
