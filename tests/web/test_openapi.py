"""The OpenAPI document is valid, and true: what it offers is there."""

import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from citydiplomacy.media import RESULTS

HTML = {"Accept": "text/html"}


def document(client: FlaskClient, language: str = "") -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    asked = {"lang": language} if language else {}
    found: dict[str, dict[str, dict[str, dict[str, object]]]] = json.loads(
        client.get("/openapi.json", query_string=asked).data
    )
    return found


def test_document_is_valid_openapi(client: FlaskClient) -> None:
    validate(document(client))  # type: ignore[arg-type]


def test_every_get_without_a_required_parameter_answers_as_described(client: FlaskClient) -> None:
    paths = document(client)["paths"]
    assert len(paths) == 2 + len(RESULTS)
    for path, operations in paths.items():
        parameters = operations["get"].get("parameters", [])
        if any(one["required"] for one in parameters if "required" in one):  # type: ignore[attr-defined, union-attr]
            continue
        response = client.get(path)
        assert response.status_code == 200
        assert response.mimetype in operations["get"]["responses"]["200"]["content"]  # type: ignore[index]


def test_server_is_where_the_document_came_from(client: FlaskClient) -> None:
    (server,) = document(client)["servers"]
    assert urlsplit(server["url"]).netloc == "localhost"  # type: ignore[call-overload]


def test_parameters_carry_their_kinds(client: FlaskClient) -> None:
    operation = document(client)["paths"]["/queries/people/members.json"]["get"]
    (club,) = operation["parameters"]  # type: ignore[misc]
    assert (club["name"], club["in"], club["schema"]["type"]) == ("club", "query", "string")  # type: ignore[index]


def test_examples_list_every_query_as_an_executable(client: FlaskClient) -> None:
    body = client.get("/sparql/.well-known/sparql-examples", headers={"Accept": "text/turtle"}).text
    assert len(re.findall(r"sh:SPARQLExecutable\b", body)) == 1
    assert "Members of a club" in body
    found = client.get(
        "/sparql",
        query_string={
            "query": "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?q { ?x a sh:SPARQLExecutable ; sh:select ?q }",
            "format": "json",
        },
    )
    (row,) = json.loads(found.data)["results"]["bindings"]
    again = client.get("/sparql", query_string={"query": row["q"]["value"], "format": "json"})
    assert len(json.loads(again.data)["results"]["bindings"]) == 1


def test_document_speaks_german_where_it_is_asked_to(client: FlaskClient) -> None:
    validate(document(client, "de"))  # type: ignore[arg-type]
    german = document(client, "de")["paths"]["/queries/people/members.json"]["get"]
    assert german["summary"] == "Mitglieder eines Vereins"
    assert document(client, "fr") == document(client)


@pytest.mark.parametrize("language", ["en", "de"])
def test_page_tells_what_the_document_tells(client: FlaskClient, language: str) -> None:
    text = unescape(client.get(f"/api?lang={language}", headers=HTML).text)
    for path, operations in document(client, language)["paths"].items():
        assert path.rpartition(".")[0] in text
        for method, operation in operations.items():
            if (path, method) != ("/validate", "get"):
                assert str(operation["summary"]) in text
                for one in operation.get("parameters", []):  # type: ignore[attr-defined]
                    assert f"<code>{one['name']}</code>" in text
                    assert one["description"] in text


def test_page_leads_to_what_answers(client: FlaskClient) -> None:
    text = client.get("/api", headers=HTML).text
    tries = re.findall(r'<a href="([^"]+)">(?:HTML|SPARQL|json|xml|csv|tsv)</a>', text)
    assert len(tries) == 1 + 5 + 1 + 5  # the menu, the endpoint, the verdict, a query
    for path in tries:
        assert client.get(unescape(path), headers=HTML).status_code == 200, path


@pytest.mark.parametrize("path", ["/", "/api", "/queries", "/queries/people/members.csv"])
def test_api_is_announced(client: FlaskClient, path: str) -> None:
    links = client.get(path).headers.getlist("Link")
    assert '</api>; rel="service-doc"; type="text/html"' in links
    assert '</openapi.json>; rel="service-desc"; type="application/json"' in links
