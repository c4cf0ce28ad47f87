"""Whatever is sent, the server stays up and answers in its own words: generated bad requests, in process.

A few hundred in each run, the same ones each time; CITYDIPLOMACY_FUZZ=10000 sends that many, new ones each time.
"""

import os
import re
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis
import schemathesis.generation.jsonschema.strategy  # now: a late import, deep in a call, fails in CPython 3.11's parser
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ASKED = int(os.environ.get("CITYDIPLOMACY_FUZZ", "0"))
SHARES = 6  # tests that the requests are spread over, the one in test_wire.py included
EACH = (ASKED or 600) // SHARES
DELIBERATE = (503, 504)
TIMEOUT = "timeout=0.3"
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
many = settings(max_examples=EACH, derandomize=not ASKED, deadline=None, database=None, suppress_health_check=SLOW)

SEEDS = [
    "SELECT * { ?s ?p ?o }",
    'PREFIX e: <http://e/> SELECT DISTINCT ?a (COUNT(?b) AS ?n) { ?a e:p+/^e:q* ?b FILTER(REGEX(?b, "a.*b", "i")) } '
    "GROUP BY ?a HAVING (COUNT(?b) > 1) ORDER BY DESC(?n) LIMIT 10 OFFSET 2",
    'CONSTRUCT { ?s ?p "x"@en } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } MINUS { ?s a ?o } }',
    "ASK FROM <http://e/g> FROM NAMED <http://e/h> "
    "{ VALUES (?a ?b) { (1 UNDEF) (true 'x'^^<t:t>) } OPTIONAL { ?a ?b 1e5 } }",
    "DESCRIBE <http://e/a> ?x { BIND(IF(BOUND(?y), CONCAT(STR(?y), '\\u00e4'), 1/0) AS ?x) "
    "FILTER NOT EXISTS { ?x ?x ?x } }",
    "SELECT (GROUP_CONCAT(?o; separator=', ') AS ?all) { SELECT ?o { ?s !(a|^a) ?o } LIMIT 5 } # comment",
    "BASE <http://e/> INSERT DATA { <a> <b> <c> }",
]
TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
NOISE = [
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    '"',
    "'''",
    "\\",
    "\\u",
    "\x00",
    "\ud7ff",
    "?",
    "$",
    "@",
    "^^",
    "_:",
    "SERVICE",
    "LOAD",
]
NOISE += [
    "FROM",
    "BASE",
    "PREFIX",
    "1e999999",
    "-",
    "*/",
    "a" * 300,
    "\u202e",
    "\n",
    "%",
    "#",
    "GROUP BY",
    "SELECT",
    "{{{{",
]


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query with tokens taken out, put in, doubled and moved."""
    tokens = TOKENS.findall(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(tokens) - 1, 0)))
        noise = draw(st.one_of(st.sampled_from(NOISE), st.text(max_size=8)))
        kind = draw(st.sampled_from(["cut", "put", "double", "swap"]))
        if kind == "cut":
            del tokens[place : place + draw(st.integers(1, 3))]
        elif kind == "put":
            tokens.insert(place, noise)
        elif kind == "double":
            tokens[place:place] = tokens[place : place + draw(st.integers(1, 8))]
        elif tokens:
            tokens[place] = tokens[draw(st.integers(0, len(tokens) - 1))]
    return "".join(tokens)


printable = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
medias = st.one_of(
    st.sampled_from(["text/csv;q=0.5, */*;q=1.1", "text/html", "a/b/c;;q=x", "*/*;q=0", "", ",,,", "application/json"]),
    printable,
)
types = st.one_of(
    st.sampled_from(
        [
            "application/sparql-query",
            "application/x-www-form-urlencoded",
            "application/sparql-query; charset=utf-16",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "text/turtle",
            "",
        ]
    ),
    printable,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": medias,
        "Accept-Encoding": medias,
        "Accept-Language": printable,
        "If-None-Match": printable,
        "If-Modified-Since": printable,
        "Range": st.sampled_from(["bytes=0-", "bytes=5-1", "bytes=-999999999999", "bytes=a-b", "lines=1-2"]),
        "Origin": printable,
        "Host": st.sampled_from(["a b", "[::1", "x:99999", "é.example", "a.example:80"]),
        "Cookie": printable,
        "X-Forwarded-For": printable,
    },
)
names = st.one_of(
    st.sampled_from(
        ["query", "update", "default-graph-uri", "named-graph-uri", "timeout", "format", "on-limit", "explain"]
    ),
    st.text(max_size=12),
)
values = st.one_of(
    queries(), st.sampled_from(["nan", "-1", "1e400", "truncate", "true", "", "csv", "http://e/ g", "x:"]), st.text()
)
roots = [
    "id",
    "page",
    "data",
    "passage",
    "source",
    "graph",
    "queries",
    "dumps",
    "ontology",
    "static",
    ".well-known",
    "shapes",
]
paths = st.builds(
    lambda root, rest: f"/{root}/{quote(rest, safe='/%')}",
    st.sampled_from(roots),
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            ["../../etc/passwd", "%2e%2e/%2e%2e/x", "people/members.xyz", "a.ttl.ttl", "\x00.ttl", "ada.", "//"]
        ),
    ),
)


def sound(status: int, body: bytes) -> None:
    assert status < 500 or status in DELIBERATE, (status, body[:900])
    assert b"Traceback" not in body


@many
@given(query=queries(), accept=medias, method=st.sampled_from(["GET", "POST", "QUERY", "HEAD"]))
def test_no_mutated_query_brings_it_down(client: FlaskClient, query: str, accept: str, method: str) -> None:
    field = urlencode({"query": query}, errors="replace")
    if method in ("GET", "HEAD"):
        answer = client.open(f"/sparql?{field}&{TIMEOUT}", method=method, headers={"Accept": accept})
    else:
        data, kind = query.encode("utf-8", "replace"), "application/sparql-query"
        answer = client.open(
            f"/sparql?{TIMEOUT}", method=method, data=data, content_type=kind, headers={"Accept": accept}
        )
    sound(answer.status_code, answer.data)


@many
@given(pairs=st.lists(st.tuples(names, values), max_size=8), more=headers, posted=st.booleans())
def test_no_form_brings_it_down(
    client: FlaskClient, pairs: list[tuple[str, str]], more: dict[str, str], posted: bool
) -> None:
    form = urlencode([*pairs, ("timeout", "0.3")], errors="replace")
    kind = "application/x-www-form-urlencoded"
    if posted:
        answer = client.post("/sparql", data=form, content_type=kind, headers=more)
    else:
        answer = client.get(f"/sparql?{form}", headers=more)
    sound(answer.status_code, answer.data)


@many
@given(
    path=st.sampled_from(["/sparql", "/sparql?timeout=0.3", "/", "/queries", "/sparql", "/", "/validate"]),
    body=st.binary(max_size=400),
    kind=types,
    more=headers,
    method=st.sampled_from(["POST", "QUERY", "PUT", "PATCH", "X"]),
)
def test_no_bytes_bring_it_down(  # noqa: PLR0917
    client: FlaskClient, path: str, body: bytes, kind: str, more: dict[str, str], method: str
) -> None:
    answer = client.open(path, method=method, data=body, headers={**more, "Content-Type": kind})
    sound(answer.status_code, answer.data)


@many
@given(path=paths, more=headers, fields=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3))
def test_no_path_brings_it_down(client: FlaskClient, path: str, more: dict[str, str], fields: dict[str, str]) -> None:
    answer = client.get(f"{path}?{urlencode(fields, errors='replace')}", headers=more)
    sound(answer.status_code, answer.data)


def test_no_request_made_from_the_openapi_document_brings_it_down(app: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) > 5

    for operation in operations:
        _ask(operation, max(4, EACH // len(operations)))


def _ask(operation: Any, examples: int) -> None:
    @settings(many, max_examples=examples)
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        if operation.path == "/sparql":
            case.query = {**(case.query or {}), "timeout": "0.3"}
        answer = case.call()
        sound(answer.status_code, answer.content)

    ask()
