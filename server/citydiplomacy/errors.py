"""All errors this package raises.

    CityDiplomacyError
    ├── RepositoryError        a folder is not a repository, or a file of it can not be read
    ├── BadRequest             a request that breaks the SPARQL Protocol
    │   └── MalformedRequest   ... or HTTP itself
    ├── UnsupportedMediaType   a request's body is of a kind that is not read here
    ├── BodyTooBig             a request's body is larger than this server takes
    ├── SubmissionTooBig       judging a submission needs more time or memory than it may have
    ├── ReadOnly               an update was sent
    ├── TooManyRequests        one client asks more than its share  (seconds to wait)
    ├── BadQuery               a SPARQL text that is not allowed or does not parse  (line, column)
    ├── UnknownQuery           no canned query of that name
    ├── BadParameter           a canned query's parameter is missing or wrong
    ├── BadHeader              a canned query's own header is wrong
    ├── NotAcceptable          no format that the client accepts
    ├── UnknownThing           nothing is known of an IRI
    ├── Withdrawn              something was known of an IRI and is not any more  (what replaces it)
    ├── QueryTimeout           the deadline passed and the work was stopped
    ├── QueryTooBig            the work needed more memory or stack than it may have
    ├── ResultTooBig           the answer passed the row or byte limit
    ├── EngineCrashed          the engine panicked on a query
    │   └── Unsortable         ... while it sorted numbers among other literals
    ├── Overloaded             no worker became free in time
    ├── EngineFailed           the engine elsewhere that stands behind the server can not be asked
    ├── GraphStoreError        another store refuses a graph or can not be reached
    ├── ReleaseError           a release directory is missing, broken or can not be written
    └── MissingTool            an outside tool (Java) is not on this machine

Each carries a ``title`` (the same for every error of its class) and a ``detail`` (what happened here and what to do).
"""

from __future__ import annotations

from collections.abc import Mapping


class CityDiplomacyError(Exception):
    """Base of all errors; ``detail`` is a sentence for people."""

    title = "Something went wrong"

    def __init__(self, detail: str, *, hint: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint


class RepositoryError(CityDiplomacyError):
    title = "Not a readable repository"


class BadRequest(CityDiplomacyError):
    title = "The request breaks the SPARQL Protocol"


class MalformedRequest(BadRequest):
    title = "The request breaks HTTP/1.1"


class UnsupportedMediaType(CityDiplomacyError):
    """``taken`` are the header fields that say what would be taken (RFC 9110, section 15.5.16)."""

    title = "This media type is not read here"

    def __init__(self, detail: str, *, taken: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.taken = taken or {}


class BodyTooBig(CityDiplomacyError):
    title = "The request is too large"


class SubmissionTooBig(CityDiplomacyError):
    title = "The submission needs more than it may have"


class ReadOnly(CityDiplomacyError):
    title = "This endpoint is read-only"


class TooManyRequests(CityDiplomacyError):
    """``seconds`` says after how many seconds the client may ask again."""

    title = "Too many requests"

    def __init__(self, detail: str, *, seconds: int = 1) -> None:
        super().__init__(detail)
        self.seconds = seconds


class BadQuery(CityDiplomacyError):
    """``line`` and ``column`` count from 1, where the engine names them."""

    title = "The query is not valid"

    def __init__(
        self, detail: str, *, line: int | None = None, column: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(detail, hint=hint)
        self.line = line
        self.column = column


class UnknownQuery(CityDiplomacyError):
    title = "No such query"


class BadParameter(CityDiplomacyError):
    title = "A parameter is missing or wrong"


class BadHeader(CityDiplomacyError):
    """A canned query whose header breaks the rules; ``line`` counts from 1 in its file."""

    title = "The header of a canned query is wrong"

    def __init__(self, detail: str, *, line: int = 1) -> None:
        super().__init__(detail)
        self.line = line


class NotAcceptable(CityDiplomacyError):
    title = "None of the formats asked for is offered"


class UnknownThing(CityDiplomacyError):
    title = "Nothing is known of this"


class Withdrawn(CityDiplomacyError):
    """``replaced_by`` are the IRIs of what stands in its place."""

    title = "This was withdrawn"

    def __init__(self, detail: str, *, replaced_by: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.replaced_by = replaced_by


class QueryTimeout(CityDiplomacyError):
    title = "The query ran out of time"


class QueryTooBig(CityDiplomacyError):
    title = "The query needs more than it may have"


class ResultTooBig(CityDiplomacyError):
    title = "The answer is larger than the limit"


class EngineCrashed(CityDiplomacyError):
    title = "The engine failed on this query"


class Unsortable(EngineCrashed):
    """The query would do with another ORDER BY (see ``ordering``)."""


class Overloaded(CityDiplomacyError):
    title = "The server is busy"


class EngineFailed(CityDiplomacyError):
    title = "The engine does not answer"


class ReleaseError(CityDiplomacyError):
    title = "The release can not be used"


class GraphStoreError(CityDiplomacyError):
    title = "The store was not filled"


class MissingTool(CityDiplomacyError):
    title = "A tool is missing on this machine"
