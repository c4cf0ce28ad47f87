"""The SPARQL 1.1 Protocol's query operation as pure functions: what a request asks for (sections 2.1.1 to 2.1.6).

https://www.w3.org/TR/sparql11-protocol/#query-operation; and HTTP QUERY (RFC 10008), which carries it as POST does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from citydiplomacy.errors import BadParameter, BadRequest, NotAcceptable, ReadOnly, UnsupportedMediaType
from citydiplomacy.media import GRAPHS, RESULTS, Format, by_suffix, negotiate
from citydiplomacy.nquads import ABSOLUTE_IRI
from citydiplomacy.pool import Request
from citydiplomacy.sparql import NO_UPDATES
from citydiplomacy.web.decoding import form_pairs

METHODS = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
TAKEN = {"Accept": f"{QUERY}, {FORM}", "Accept-Query": f"{QUERY}, {FORM}"}
PLAIN = {"Accept-Encoding": "identity"}
FIELDS = 1000
DATASET = ("default-graph-uri", "named-graph-uri")
# what clients (SPARQLWrapper above all) call graph formats, and what XML and JSON are where the answer is a graph
GRAPHS_CALLED = {"xml": "rdfxml", "rdf+xml": "rdfxml", "json": "jsonld", "json-ld": "jsonld", "n3": "turtle"}

Pairs = list[tuple[str, str]]


class Operation(NamedTuple):
    """A query operation: the query, its dataset, and how its answer is wanted."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None
    format: str | None = None
    truncate: bool = False
    explain: bool = False


class Wanted(NamedTuple):
    """The formats a client takes, one for each kind of answer; None where it takes none."""

    results: Format | None
    graphs: Format | None


def read_operation(
    method: str, query_string: bytes, content_type: str, body: bytes, coding: str = ""
) -> Operation | None:
    """What a request to the endpoint asks for; None where a GET has no query and so wants the service description.

    ``coding`` is the body's Content-Encoding. Raises BadRequest (400), BadParameter (400), ReadOnly (403),
    UnsupportedMediaType (415).
    """
    pairs = fields(query_string, "query string")
    if method in ("POST", "QUERY"):
        if coding.strip().lower() not in ("", "identity"):
            raise UnsupportedMediaType(f"Send queries without a coding, not as {coding[:60]!r}.", taken=PLAIN)
        pairs = _body_fields(content_type, body) + pairs
    names = [name for name, _ in pairs]
    if names == ["query"]:  # the usual case
        return Operation(pairs[0][1])
    if "update" in names:
        raise ReadOnly(NO_UPDATES)
    query = _query(method, pairs, names)
    if query is None:
        return None
    return Operation(
        query,
        _graphs(pairs, "default-graph-uri"),
        _graphs(pairs, "named-graph-uri"),
        timeout=seconds(first(pairs, "timeout")),
        format=first(pairs, "format") or None,
        truncate=_choice(pairs, "on-limit", ("error", "truncate")) == "truncate",
        explain=_choice(pairs, "explain", ("false", "true")) == "true",
    )


def _query(method: str, pairs: Pairs, names: list[str]) -> str | None:
    """The one query among a request's fields; None where a GET asks for nothing."""
    if names.count("query") > 1:
        raise BadRequest("There is more than one query parameter; send one query a request.")
    if "query" not in names:
        if method in ("POST", "QUERY") or not set(names).isdisjoint(DATASET):
            raise BadRequest("The request has no query: send query=... in a form, or the query itself as the body.")
        return None
    return pairs[names.index("query")][1]


def fields(data: bytes, where: str) -> Pairs:
    """The name-value pairs of a form or query string; BadRequest where they are not UTF-8 or too many."""
    if data.count(b"&") >= FIELDS:
        raise BadRequest(f"The {where} has more than {FIELDS} fields.")
    try:
        return form_pairs(data)
    except UnicodeDecodeError as error:
        raise BadRequest(f"The {where} is not UTF-8: {error.reason}.") from None


def wanted_formats(name: str | None, accept: str | None) -> Wanted:
    """The formats asked for by name (``?format=`` or a suffix), else by the Accept header.

    Raises BadParameter for an unknown name, NotAcceptable where the header fits nothing offered.
    """
    if name:
        wanted = Wanted(by_suffix(name, RESULTS), by_suffix(GRAPHS_CALLED.get(name, name), GRAPHS))
        if not (wanted.results or wanted.graphs):
            known = ", ".join(one.suffix for one in (*RESULTS, *GRAPHS))
            raise BadParameter(f"There is no format {name!r}; there are: {known}.")
        return wanted
    wanted = _negotiated(accept)
    if not (wanted.results or wanted.graphs):
        offered = ", ".join(one.media_type for one in (*RESULTS, *GRAPHS))
        raise NotAcceptable(f"Offered are {offered}.")
    return wanted


def request_of(operation: Operation, wanted: Wanted) -> Request:
    """An operation as the pool takes it."""
    return Request(
        operation.query,
        results=wanted.results.name if wanted.results else None,
        graphs=wanted.graphs.name if wanted.graphs else None,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        timeout=operation.timeout,
        truncate=operation.truncate,
    )


@lru_cache(512)
def _negotiated(accept: str | None) -> Wanted:
    """What an Accept header asks for; clients send the same few headers again and again."""
    return Wanted(negotiate(accept, RESULTS), negotiate(accept, GRAPHS))


def seconds(text: str | None) -> float | None:
    """A number of seconds above 0; BadParameter for anything else."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < 1e6:
        raise BadParameter(f"timeout is a number of seconds above 0, not {text!r}.")
    return number


def first(pairs: Pairs, wanted: str) -> str | None:
    """The first value of a field, None where there is none."""
    return next((value for name, value in pairs if name == wanted), None)


def _body_fields(content_type: str, body: bytes) -> Pairs:
    """The pairs in a request's body; a query sent directly becomes its one pair (sections 2.1.2 and 2.1.3)."""
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == FORM:
        return fields(body, "form")
    if kind == UPDATE:
        raise ReadOnly(NO_UPDATES)
    if kind != QUERY:
        said = f"not {kind}" if kind else "and say so in Content-Type"
        raise UnsupportedMediaType(f"POST a form ({FORM}) or a query ({QUERY}), {said}.", taken=TAKEN)
    charset = _charset(parameters)
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise BadRequest(f"A query sent directly is UTF-8 (section 2.1.3 of the protocol), not {charset}.")
    try:
        return [("query", body.decode("utf-8-sig"))]  # editors on Windows begin files with a byte order mark
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8: {error.reason} at byte {error.start}.") from None


def _charset(parameters: str) -> str:
    """The charset of a Content-Type's parameters, UTF-8 where it has none (RFC 9110, section 8.3)."""
    pairs = (one.partition("=") for one in parameters.lower().split(";"))
    return next((value.strip(" \t\"'") for name, _, value in pairs if name.strip() == "charset"), "utf-8")


def _graphs(pairs: Pairs, name: str) -> tuple[str, ...]:
    """The graphs that a request names, each once; BadParameter for what is no absolute IRI."""
    graphs = tuple(dict.fromkeys(value for key, value in pairs if key == name))
    for graph in graphs:
        if not ABSOLUTE_IRI.fullmatch(graph):
            raise BadParameter(f"{name} is an absolute IRI, not {graph!r}.")
    return graphs


def _choice(pairs: Pairs, name: str, allowed: tuple[str, ...]) -> str:
    """The value of a field that is one of a few, the first of them where it is not sent."""
    value = first(pairs, name) or allowed[0]
    if value not in allowed:
        raise BadParameter(f"{name} is {' or '.join(allowed)}, not {value!r}.")
    return value
