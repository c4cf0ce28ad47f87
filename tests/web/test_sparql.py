"""``/sparql``: the clauses of the SPARQL 1.1 Protocol, for a read-only service."""

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.pool import PoolSettings
from citydiplomacy.release import Release
from citydiplomacy.web import create_app
from citydiplomacy.web.site import SiteSettings

ASK = "ASK {}"
CLUB = "https://example.org/mini/passage/letter/1"


def get(
    client: FlaskClient, query: str, accept: str = "application/sparql-results+json", more: str = ""
) -> TestResponse:
    return client.get(f"/sparql?query={quote(query)}{more}", headers={"Accept": accept})


def test_answers_get(client: FlaskClient) -> None:
    response = client.get(f"/sparql?query={quote(ASK)}")
    assert response.status_code == 200
    assert json.loads(response.data)["boolean"] is True


def test_answers_post_of_a_form(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": ASK})
    assert json.loads(response.data)["boolean"] is True


def test_answers_post_of_a_query(client: FlaskClient) -> None:
    response = client.post("/sparql", data=ASK, content_type="application/sparql-query; charset=utf-8")
    assert json.loads(response.data)["boolean"] is True


def test_answers_head_without_a_body(client: FlaskClient) -> None:
    response = client.head(f"/sparql?query={quote(ASK)}")
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_type == "application/sparql-results+json"


@pytest.mark.parametrize("offered", RESULTS, ids=lambda one: one.name)
def test_select_comes_in_every_results_format(client: FlaskClient, offered: Format) -> None:
    response = get(client, "SELECT ?c { <https://example.org/mini/id/ada> a ?c }", offered.media_type)
    assert response.content_type == offered.content_type
    assert b"example.org" in response.data


@pytest.mark.parametrize("offered", GRAPHS, ids=lambda one: one.name)
def test_construct_comes_in_every_graph_format(client: FlaskClient, offered: Format) -> None:
    response = get(client, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", offered.media_type)
    assert response.content_type == offered.content_type
    assert response.data


def test_format_can_be_named_in_the_query_string(client: FlaskClient) -> None:
    assert client.get(f"/sparql?query={quote(ASK)}&format=csv").content_type == "text/csv; charset=utf-8"
    assert client.get(f"/sparql?query={quote(ASK)}&format=nonsense").status_code == 400


def test_dataset_of_the_request_is_used(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s a ?c }"
    response = get(client, count, "text/csv", f"&default-graph-uri={quote(CLUB)}")
    assert response.data.split() == [b"n", b"3"]


REFUSED = [
    ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=%FF", {}, None, 400),
    ("GET", f"/sparql?query={quote(ASK)}&on-limit=maybe", {}, None, 400),
    ("POST", f"/sparql?query={quote(ASK)}", {"content_type": "application/sparql-query"}, ASK, 400),
    ("POST", "/sparql", {"content_type": "application/sparql-query; charset=UTF-16"}, ASK, 400),
    ("POST", "/sparql", {}, ASK, 415),
    ("QUERY", "/sparql", {"content_type": "text/plain"}, ASK, 415),
    ("GET", "/sparql?query=nonsense", {}, None, 400),
    ("GET", f"/sparql?query={quote(ASK)}&query={quote(ASK)}", {}, None, 400),
    ("POST", "/sparql", {"content_type": "application/x-www-form-urlencoded"}, "", 400),
    ("POST", "/sparql", {"content_type": "application/sparql-query"}, b"ASK {\xff}", 400),
    ("POST", "/sparql", {"content_type": "text/plain"}, ASK, 415),
    ("POST", "/sparql", {"content_type": "application/sparql-update"}, "CLEAR ALL", 403),
    ("POST", "/sparql", {"content_type": "application/x-www-form-urlencoded"}, "update=CLEAR%20ALL", 403),
    ("GET", "/sparql?query=INSERT%20DATA%20%7B%7D", {}, None, 403),
    ("GET", f"/sparql?query={quote(ASK)}", {"headers": {"Accept": "image/png"}}, None, 406),
    ("GET", f"/sparql?query={quote('CONSTRUCT WHERE { ?s ?p ?o }')}", {"headers": {"Accept": "text/csv"}}, None, 406),
    ("GET", f"/sparql?query={quote('SELECT * { SERVICE <http://x> {} }')}", {}, None, 400),
    ("GET", f"/sparql?query={quote(ASK)}&timeout=soon", {}, None, 400),
    ("GET", f"/sparql?query={quote(ASK)}&timeout=nan", {}, None, 400),
    ("PUT", "/sparql", {}, None, 405),
    ("DELETE", "/sparql", {}, None, 405),
    ("POST", "/sparql", {"content_type": "application/sparql-query"}, b"#" * 2_000_000, 413),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]} {case[1][:40]} {case[4]}")
def test_bad_request_is_a_problem_document(client: FlaskClient, case: tuple[Any, ...]) -> None:
    method, path, more, data, status = case
    response = client.open(path, method=method, data=data, **more)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = json.loads(response.data)
    assert problem["status"] == status
    assert problem["title"]
    assert "Traceback" not in response.text


def test_syntax_error_names_line_and_column(client: FlaskClient) -> None:
    problem = json.loads(client.get(f"/sparql?query={quote('SELECT *' + chr(10) + '{ ?s ?p')}").data)
    assert (problem["line"], problem["column"]) == (2, 8)


def test_browser_gets_errors_as_a_page(client: FlaskClient) -> None:
    response = client.get("/sparql?query=nonsense", headers={"Accept": "text/html"})
    assert response.status_code in (400, 406)
    assert response.mimetype == "text/html"


def test_refused_method_names_the_allowed_ones(client: FlaskClient) -> None:
    assert {"GET", "HEAD", "POST", "QUERY", "OPTIONS"} == set(client.put("/sparql").headers["Allow"].split(", "))


def test_other_origins_may_ask(client: FlaskClient) -> None:
    preflight = client.options("/sparql", headers={"Origin": "http://e", "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert client.get(f"/sparql?query={quote(ASK)}").headers["Access-Control-Allow-Origin"] == "*"


def test_without_a_query_it_describes_itself(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert b"sd:Service" in response.data
    assert client.get("/sparql", headers={"Accept": "text/html"}).mimetype == "text/html"


def test_answers_http_query(client: FlaskClient) -> None:
    response = client.open("/sparql", method="QUERY", data=ASK, content_type="application/sparql-query")
    assert json.loads(response.data)["boolean"] is True


def test_fields_of_form_and_query_string_both_count(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s a ?c }"
    response = client.post(f"/sparql?default-graph-uri={quote(CLUB)}&format=csv", data={"query": count})
    assert response.data.split() == [b"n", b"3"]


def test_same_answer_has_the_same_etag_and_is_not_sent_twice(client: FlaskClient) -> None:
    whole = get(client, "SELECT * { ?s a ?c } ORDER BY ?s ?c")
    tag = whole.headers["ETag"]
    again = client.get(
        f"/sparql?query={quote('SELECT * { ?s a ?c } ORDER BY ?s ?c')}",
        headers={"Accept": "application/sparql-results+json", "If-None-Match": f'"x", {tag}'},
    )
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_answer_is_compressed_where_the_client_likes_it(client: FlaskClient) -> None:
    query = quote("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o")
    plain = client.get(f"/sparql?query={query}", headers={"Accept": "text/csv"})
    zipped = client.get(f"/sparql?query={query}", headers={"Accept": "text/csv", "Accept-Encoding": "gzip;q=0.5, br"})
    refused = client.get(f"/sparql?query={query}", headers={"Accept": "text/csv", "Accept-Encoding": "gzip;q=0"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data == refused.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]


def test_chance_is_asked_anew_each_time(client: FlaskClient) -> None:
    query = "SELECT (UUID() AS ?one) {}"
    assert get(client, query).data != get(client, query).data
    assert get(client, ASK).data == get(client, ASK).data


@pytest.mark.parametrize("cached", [False, True])
def test_head_tells_the_length_of_the_answer(client: FlaskClient, cached: bool) -> None:
    query = f"/sparql?query={quote(f'SELECT ({int(cached)} AS ?n) {{}}')}"
    length = client.get(query).headers["Content-Length"] if cached else None
    head = client.head(query)
    assert head.data == b""
    assert head.headers["Content-Length"] == (length or client.get(query).headers["Content-Length"])


def test_long_answer_is_cut_only_where_that_is_asked_for(small_release: Release) -> None:
    settings = SiteSettings(small_release.directory, PoolSettings(workers=1, answer_bytes=500))
    app = create_app(settings)
    try:
        query = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}&format=json"
        assert app.test_client().get(query).status_code == 413
        cut = app.test_client().get(query + "&on-limit=truncate")
        assert cut.headers["X-Result-Truncated"] == "true"
        assert 0 < len(json.loads(cut.data)["results"]["bindings"]) < 10
        refused = app.test_client().get(
            f"/sparql?query={quote('CONSTRUCT WHERE { ?s ?p ?o }')}&format=ttl&on-limit=truncate"
        )
        assert refused.status_code == 400
    finally:
        app.extensions["site"].close()


def test_explains_an_empty_answer(client: FlaskClient) -> None:
    query = "PREFIX : <https://example.org/mini/ontology#> SELECT * { ?a a :Person . ?a :yeer ?y }"
    told = json.loads(client.get(f"/sparql?query={quote(query)}&explain=true").data)
    assert told["firstWithoutSolution"]["pattern"] == "?a :yeer ?y"
    assert told["unknown"] == [
        {
            "iri": "https://example.org/mini/ontology#yeer",
            "hint": "did you mean https://example.org/mini/ontology#year?",
        }
    ]
