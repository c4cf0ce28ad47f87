"""Clauses of the SPARQL 1.1 Protocol that the W3C's own tests touch, and those beside them that clients trip over."""

import gzip
import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

MINI = "https://example.org/mini/"
ONE, TWO, NOWHERE = f"{MINI}passage/letter/1", f"{MINI}passage/letter/2", "http://127.0.0.1:9/nowhere"
CLUB = f"<{MINI}id/chess-club>"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a ?c }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } }"
FORMS = {
    "SELECT": "SELECT * { ?s ?p ?o } LIMIT 1",
    "ASK": "ASK {}",
    "CONSTRUCT": "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE": f"DESCRIBE {CLUB}",
}
WAYS = ["get", "form", "form in the query string", "direct", "query"]
Pairs = list[tuple[str, str]]


def send(client: FlaskClient, way: str, query: str, dataset: Pairs, accept: str = "text/csv") -> TestResponse:
    headers, pairs = {"Accept": accept}, [("query", query), *dataset]
    kind = "application/sparql-query"
    if way == "get":
        return client.get(f"/sparql?{urlencode(pairs)}", headers=headers)
    if way == "form":
        form = "application/x-www-form-urlencoded"
        return client.post("/sparql", data=urlencode(pairs), content_type=form, headers=headers)
    url = f"/sparql?{urlencode(dataset)}"
    if way == "direct":
        return client.post(url, data=query, content_type=kind, headers=headers)
    if way == "query":
        return client.open(url, method="QUERY", data=query, content_type=kind, headers=headers)
    return client.post(url, data={"query": query}, headers=headers)


def number(response: TestResponse) -> int:
    assert response.status_code == 200, response.text
    return int(response.data.split()[1])


def default(*graphs: str) -> Pairs:
    return [("default-graph-uri", graph) for graph in graphs]


def named(*graphs: str) -> Pairs:
    return [("named-graph-uri", graph) for graph in graphs]


DATASETS = [
    (COUNT, default(ONE, TWO), 4),  # the club stands in both, and counts once
    (COUNT, default(ONE, ONE), 3),
    (COUNT, default(NOWHERE), 0),
    (COUNT, named(ONE, TWO), 0),
    (COUNT_NAMED, named(ONE, TWO), 5),
    (COUNT_NAMED, named(TWO, TWO), 2),
    (COUNT_NAMED, default(ONE), 0),
    (COUNT_NAMED, default(ONE) + named(TWO), 2),
    (COUNT_NAMED, default(ONE, TWO) + named(TWO), 2),
    (COUNT.replace("{", f"FROM <{TWO}> {{"), default(ONE), 3),
    (COUNT.replace("{", f"FROM <{TWO}> {{"), named(ONE), 0),
    (COUNT_NAMED.replace("{", f"FROM NAMED <{TWO}> {{", 1), named(ONE), 3),
    (COUNT_NAMED.replace("{", f"FROM NAMED <{TWO}> {{", 1), default(ONE), 0),
    (COUNT.replace("{", f"FROM <{ONE}> FROM <{TWO}> {{"), [], 4),
    (f"PREFIX p: <{MINI}passage/letter/> " + COUNT.replace("{", "FROM p:1 FROM p:2 {"), [], 4),
    (f"PREFIX p: <{MINI}passage/letter/> " + COUNT.replace("{", f"FROM p:1 FROM <{ONE}> FROM p:2 {{"), [], 4),
    (f"BASE <{MINI}> " + COUNT.replace("{", "FROM <passage/letter/1> FROM <passage/letter/2> {"), [], 4),
    (COUNT.replace("{", f"FROM <{NOWHERE}> {{"), [], 0),
    (COUNT_NAMED.replace("{", f"FROM NAMED <{TWO}> FROM NAMED <{TWO}> {{", 1), [], 2),
    (COUNT_NAMED.replace("{", f"FROM <{ONE}> FROM NAMED <{TWO}> {{", 1), [], 2),
    (COUNT_NAMED.replace("{", f"FROM <{ONE}> {{", 1), [], 0),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("query", "dataset", "count"), DATASETS)
def test_request_names_its_dataset(client: FlaskClient, way: str, query: str, dataset: Pairs, count: int) -> None:
    assert number(send(client, way, query, dataset)) == count


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("form", "content_type"),
    [
        ("SELECT", "application/sparql-results+json"),
        ("ASK", "application/sparql-results+json"),
        ("CONSTRUCT", "text/turtle; charset=utf-8"),
        ("DESCRIBE", "text/turtle; charset=utf-8"),
    ],
)
def test_each_form_has_its_own_formats(client: FlaskClient, way: str, form: str, content_type: str) -> None:
    assert send(client, way, FORMS[form], [], accept="*/*").content_type == content_type


def test_relative_iris_are_resolved_against_the_base_of_the_data(client: FlaskClient) -> None:
    answer = send(client, "direct", "CONSTRUCT { <id/x> <#p> <> } {}", [], accept="application/n-triples")
    assert answer.text == f"<{MINI}id/x> <{MINI}#p> <{MINI}> .\n"
    several = COUNT.replace("{", "FROM <passage/letter/1> FROM <passage/letter/2> {")
    assert number(send(client, "get", several, [])) == 4
    own = "BASE <http://other/> CONSTRUCT { <x> <#p> <> } {}"
    assert "<http://other/x>" in send(client, "get", own, [], accept="application/n-triples").text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_whatever_they_bring(client: FlaskClient, method: str) -> None:
    response = client.open(f"/sparql?query={quote('ASK {}')}", method=method)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "QUERY", "OPTIONS"}


UTF16 = "ASK {}".encode("utf-16")
FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
MALFORMED = [
    ("GET", "/sparql?query=", None, None, 400),
    ("GET", "/sparql?query=ASK%20%7B", None, None, 400),
    ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, 400),
    ("GET", f"/sparql?default-graph-uri={ONE}", None, None, 400),
    ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=letter/1", None, None, 400),
    ("GET", "/sparql?query=ASK%20%7B%7D&named-graph-uri=", None, None, 400),
    ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=http%3A%2F%2Fe%2Fa%20b", None, None, 400),
    ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=http%3A%2F%2F%5Bx", None, None, 400),
    ("GET", "/sparql?format=csv", None, None, 400),
    ("GET", "/sparql?update=CLEAR%20ALL", None, None, 403),
    ("POST", "/sparql", DIRECT, "", 400),
    ("POST", "/sparql", FORM, "query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
    ("POST", "/sparql", FORM, "query=ASK%20%7B%7D&default-graph-uri=x", 400),
    ("POST", "/sparql", None, "ASK {}", 415),
    ("POST", "/sparql", None, "query=ASK%20%7B%7D", 415),
    ("POST", "/sparql", "text/plain", "ASK {}", 415),
    ("POST", "/sparql", f"{DIRECT}; charset=UTF-16", UTF16, 400),
    ("POST", "/sparql", DIRECT, UTF16, 400),
    ("POST", "/sparql", f"{UPDATE}; charset=UTF-16", UTF16, 403),
    ("POST", "/sparql", FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", 403),
    ("POST", "/sparql", FORM, "update=CLEAR%20XYZ", 403),
    ("POST", "/sparql", FORM, "query=CLEAR%20ALL", 403),
    ("POST", "/sparql", "text/plain", "CLEAR NAMED", 415),
    ("POST", f"/sparql?using-named-graph-uri={ONE}", UPDATE, f"WITH <{TWO}> DELETE WHERE {{ ?s ?p ?o }}", 403),
    ("POST", f"/sparql?using-graph-uri={ONE}", UPDATE, "DROP ALL", 403),
]


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: f"{case[0]} {case[1]} {case[2]} {case[4]}")
def test_malformed_request_has_its_status_and_changes_nothing(client: FlaskClient, case: tuple[Any, ...]) -> None:
    method, path, kind, body, status = case
    before = number(send(client, "get", COUNT_NAMED, []))
    response = client.open(path, method=method, content_type=kind, data=body)
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert number(send(client, "get", COUNT_NAMED, [])) == before > 0


@pytest.mark.parametrize(
    "charset",
    ["; charset=utf-8", ";charset=UTF-8", '; charset="utf-8"', "; charset=utf-8; a=b", "; a=b", " ; Charset=UTF8"],
)
def test_charset_of_a_query_may_be_said_in_any_way(client: FlaskClient, charset: str) -> None:
    query = "SELECT ('Zürich' AS ?n) {}"
    response = client.post("/sparql?format=csv", data=query, content_type=f"application/sparql-query{charset}")
    assert response.data.decode("utf-8").split() == ["n", "Zürich"]


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_body_in_a_coding_or_of_another_type_is_told_what_is_taken(client: FlaskClient, method: str) -> None:
    packed = {"Content-Encoding": "gzip", "Content-Type": DIRECT}
    refused = client.open("/sparql", method=method, data=gzip.compress(b"ASK {}"), headers=packed)
    assert (refused.status_code, refused.headers["Accept-Encoding"]) == (415, "identity")
    refused = client.open("/sparql", method=method, data="ASK {}", content_type="text/plain")
    assert refused.status_code == 415
    assert set(refused.headers["Accept"].split(", ")) == {DIRECT, FORM}
    assert refused.headers["Accept-Query"] == refused.headers["Accept"]
    plain = {"Content-Encoding": "identity", "Content-Type": DIRECT}
    assert client.open("/sparql", method=method, data="ASK {}", headers=plain).status_code == 200


def test_query_from_a_file_may_begin_with_a_byte_order_mark(client: FlaskClient) -> None:
    assert client.post("/sparql", data="\ufeffASK {}".encode(), content_type=DIRECT).status_code == 200


@pytest.mark.parametrize(("method", "status"), [("QUERY", 304), ("POST", 200)])
def test_post_is_never_answered_by_304(client: FlaskClient, method: str, status: int) -> None:
    tag = client.get(f"/sparql?query={quote('ASK {}')}").headers["ETag"]
    headers = {"If-None-Match": tag, "Content-Type": DIRECT}
    assert client.open("/sparql", method=method, data="ASK {}", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0.1, text/csv", "text/csv; charset=utf-8"),
        ("*/*;q=0.1, text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("text/*", "text/csv; charset=utf-8"),
        ("TEXT/CSV; Q=0.9", "text/csv; charset=utf-8"),
        ("text/csv; header=present; charset=utf-8", "text/csv; charset=utf-8"),
        ("image/png, */*;q=0.01", "application/sparql-results+json"),
        ("text/html, image/gif, *; q=.2, */*; q=.2, text/csv;q=.3", "text/csv; charset=utf-8"),  # Java leaves the 0 out
        ("", "application/sparql-results+json"),
    ],
)
def test_quality_decides(client: FlaskClient, accept: str, content_type: str) -> None:
    response = send(client, "get", FORMS["SELECT"], [], accept)
    assert response.content_type == content_type
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "application/sparql-results+json;q=0.0"])
def test_nothing_acceptable_is_said_so(client: FlaskClient, accept: str) -> None:
    response = send(client, "get", FORMS["SELECT"], [], accept)
    assert response.status_code == 406
    assert "Accept" in response.headers["Vary"]
    assert "text/csv" in json.loads(response.data)["detail"]


def test_browser_gets_an_answer_to_a_query_in_its_address_bar(client: FlaskClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    assert send(client, "get", FORMS["SELECT"], [], browser).content_type == "application/sparql-results+xml"
    assert send(client, "get", FORMS["CONSTRUCT"], [], browser).content_type == "application/rdf+xml"
    assert client.get("/sparql", headers={"Accept": browser}).mimetype == "text/html"


@pytest.mark.parametrize("form", FORMS)
def test_head_says_what_get_would(client: FlaskClient, form: str) -> None:
    url = f"/sparql?query={quote(FORMS[form])}"
    got, head = client.get(url), client.head(url)
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(("path", "status"), [("/sparql", 200), ("/sparql?query=nonsense", 400)])
def test_head_of_other_answers_has_no_body(client: FlaskClient, path: str, status: int) -> None:
    head = client.head(path, headers={"Accept": "text/turtle, application/json"})
    assert (head.status_code, head.data) == (status, b"")


def test_preflight_allows_the_headers_a_page_wants_to_send(client: FlaskClient) -> None:
    asked = {"Origin": "http://e", "Access-Control-Request-Method": "QUERY"}
    headers = asked | {"Access-Control-Request-Headers": "content-type,x-requested-with"}
    preflight = client.options("/sparql", headers=headers)
    assert (preflight.status_code, preflight.data) == (204, b"")
    assert "Content-Type" not in preflight.headers
    assert preflight.headers["Access-Control-Allow-Headers"] == "content-type,x-requested-with"
    assert "Access-Control-Request-Headers" in preflight.headers["Vary"]
    assert "QUERY" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in client.options("/sparql", headers=asked).headers["Access-Control-Allow-Headers"]
