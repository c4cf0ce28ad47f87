"""The HTTP interface as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html), made from the queries."""

from __future__ import annotations

from typing import Any

from citydiplomacy import media
from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.parameters import Kind, Parameter
from citydiplomacy.queries import CannedQuery, Gallery
from citydiplomacy.submission.formats import REPORTS
from citydiplomacy.web.licences import licence_name

SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.IRI: {"type": "string", "description": "an absolute IRI, or a name like mayors-mechanism"},
    Kind.STRING: {"type": "string"},
    Kind.LANGUAGE: {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
    Kind.INTEGER: {"type": "string", "pattern": "^[+-]?[0-9]{1,18}$"},
    Kind.YEAR: {"type": "string", "pattern": "^[0-9]{4}$"},
    Kind.DATE: {"type": "string", "format": "date"},
}
PROBLEM = {"$ref": "#/components/responses/Problem"}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "hint": {"type": "string"},
    },
}


def api_document(gallery: Gallery, version: str, server: str, licence: str) -> dict[str, Any]:
    """The document: every canned query with its parameters, the endpoint, and the one shape of all errors.

    ``licence`` is the IRI of the data's licence, "" where none is stated.
    """
    paths: dict[str, Any] = {"/sparql": _endpoint(), "/validate": _validation()}
    for name, query in gallery.queries.items():
        for one in query.formats:
            paths[f"/queries/{name}.{one.suffix}"] = {"get": _operation(query, one)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "City Diplomacy",
            "version": version,
            "description": "Canned queries over the repository, and its SPARQL endpoint.",
            **({"license": {"name": licence_name(licence), "url": licence}} if licence else {}),
        },
        "servers": [{"url": server}],
        "tags": [{"name": topic} for topic in gallery.topics()],
        "paths": paths,
        "components": {
            "responses": {
                "Problem": {
                    "description": "What went wrong (RFC 9457).",
                    "content": {media.PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "schemas": {"Problem": PROBLEM_SCHEMA},
        },
    }


def _operation(query: CannedQuery, offered: Format) -> dict[str, Any]:
    return {
        "operationId": f"{query.name.replace('/', '_').replace('-', '_')}_{offered.suffix}",
        "summary": query.title["en"],
        "description": query.question["en"],
        "tags": [query.topic],
        "parameters": [_parameter(one) for one in query.parameters],
        "responses": {
            "200": {"description": "the answer", "content": {offered.media_type: {}}},
            "304": {"description": "the answer has not changed (If-None-Match)"},
            **dict.fromkeys(("400", "503", "504"), PROBLEM),
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = dict(SCHEMAS[parameter.kind])
    if parameter.allowed:
        schema = {"type": "string", "enum": list(parameter.allowed)}
    if parameter.default is not None:
        schema["default"] = parameter.default
    member = f" (a {parameter.class_name})" if parameter.class_name else ""
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.label["en"] + member,
        "schema": schema,
    }


def _endpoint() -> dict[str, Any]:
    """The SPARQL endpoint: GET and both kinds of POST."""
    answers = {
        "200": {
            "description": "the answer in the format that Accept or format asks for",
            "content": {one.media_type: {} for one in (*RESULTS, *GRAPHS)},
        },
        **dict.fromkeys(("400", "403", "406", "413", "415", "503", "504"), PROBLEM),
    }
    texts = {"type": "array", "items": {"type": "string"}}
    options = {
        "default-graph-uri": texts,
        "named-graph-uri": texts,
        "timeout": {"type": "number", "exclusiveMinimum": 0},
        "format": {"type": "string", "enum": list(dict.fromkeys(one.suffix for one in (*RESULTS, *GRAPHS)))},
        "on-limit": {"type": "string", "enum": ["error", "truncate"]},
        "explain": {"type": "string", "enum": ["true", "false"]},
    }
    optional = [{"name": name, "in": "query", "schema": schema} for name, schema in options.items()]
    query = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    form = {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}, **options}}
    body = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {"schema": form},
        },
    }
    return {
        "get": {
            "operationId": "sparql_get",
            "summary": "SPARQL query",
            "parameters": [query, *optional],
            "responses": answers,
        },
        "post": {
            "operationId": "sparql_post",
            "summary": "SPARQL query",
            "parameters": optional,
            "requestBody": body,
            "responses": answers,
        },
    }


def _validation() -> dict[str, Any]:
    """``/validate``: a form, and the verdict on data in any RDF syntax."""
    reports: dict[str, Any] = {one.media_type: {"schema": {"type": "string"}} for one in REPORTS}
    reports[media.JSON.media_type] = {"schema": {"type": "object", "required": ["conforms", "findings"]}}
    answers: dict[str, Any] = {
        "200": {"description": "The verdict, whether the data conforms or not.", "content": reports}
    }
    answers |= dict.fromkeys(("400", "406", "413", "415", "429", "503"), PROBLEM)
    language = {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["en", "de"]}}
    alone = {"name": "alone", "in": "query", "schema": {"type": "string", "enum": ["true", "false"]}}
    form = {"type": "object", "properties": {"data": {"type": "string"}, "syntax": {"type": "string"}}}
    body: dict[str, Any] = {one.media_type: {"schema": {"type": "string"}} for one in GRAPHS}
    body["multipart/form-data"] = {"schema": form}
    page = {"200": {"description": "The form.", "content": {"text/html": {"schema": {"type": "string"}}}}}
    return {
        "get": {"operationId": "validate_form", "summary": "Form", "parameters": [language], "responses": page},
        "post": {
            "operationId": "validate",
            "summary": "The verdict on submitted data",
            "parameters": [language, alone],
            "requestBody": {"required": True, "content": body},
            "responses": answers,
        },
    }
