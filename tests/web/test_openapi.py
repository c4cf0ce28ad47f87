"""The OpenAPI document is valid, and true: what it offers is there."""

import json
import re
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from openapi_spec_validator import validate

from citydiplomacy.media import RESULTS


def document(client: FlaskClient) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    found: dict[str, dict[str, dict[str, dict[str, object]]]] = json.loads(client.get("/openapi.json").data)
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
