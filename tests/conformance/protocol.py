"""The protocol tests, sent byte for byte as their manifest has them, and those of the service description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from manifests import MF, Test
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from reading import read
from serving import Client, Got

from citydiplomacy.media import GRAPHS, RESULTS

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
COUNT = "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g ORDER BY ?g"
OFFERED = {
    "boolean": {one.media_type: one.name for one in RESULTS[:2]},
    "tabular": {one.media_type: one.name for one in RESULTS},
    "RDF": {one.media_type: one.name for one in GRAPHS},
}


def run(test: Test, client: Client) -> str:
    """What is wrong (empty: nothing). Tests of updates pass by being refused, with nothing changed."""
    if test.kind == "ServiceDescriptionTest":
        return _description(test.name, client)
    if test.name.startswith("update_"):
        return _refused(test, client)
    return "; ".join(filter(None, (_check(test.manifest, one, client) for one in _requests(test))))


def _requests(test: Test) -> Iterator[Node]:
    action = test.manifest.value(test.node, MF.action)
    for requests in test.manifest.objects(action, HT.requests):
        yield from Collection(test.manifest, requests)


def _refused(test: Test, client: Client) -> str:
    """The first request of an update test is the update; what follows asks whether it was done."""
    before = client.ask(COUNT, [], "text/csv").body
    got = _send(test.manifest, next(_requests(test)), client)
    if client.ask(COUNT, [], "text/csv").body != before:
        return "the data has changed"
    return "" if 400 <= got.status < 500 else f"{got.status} instead of a refusal"


def _send(manifest: Graph, request: Node, client: Client) -> Got:
    path = str(manifest.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
    headers = {}
    for found in manifest.objects(request, HT.headers):
        for header in Collection(manifest, found):
            headers[str(manifest.value(header, HT.fieldName))] = str(manifest.value(header, HT.fieldValue))
    content = manifest.value(request, HT.body)
    body = None
    if content is not None:
        encoding = str(manifest.value(content, CNT.characterEncoding))
        body = str(manifest.value(content, CNT.chars)).encode(encoding)
    return client.send(str(manifest.value(request, HT.methodName)), path, headers, body)


def _check(manifest: Graph, request: Node, client: Client) -> str:
    """What is wrong with the response to one request."""
    got = _send(manifest, request, client)
    expected = cast(Node, manifest.value(request, HT.resp))
    statuses = [str(one).rpartition("StatusCode")[2] for one in manifest.objects(expected, MF.expectedStatus)]
    if not any(str(got.status).startswith(one.removesuffix("xx")) for one in statuses):
        return f"status {got.status}, not {' or '.join(statuses)}: {got.body[:200].decode(errors='replace')}"
    kind = manifest.value(expected, MF.expectedFormat)
    if kind is not None and got.media_type not in OFFERED[str(kind)]:
        return f"{got.media_type} is no format for {kind}"
    boolean = manifest.value(expected, MF.expectedBoolean)
    if kind is not None:
        answer = read(got.body, OFFERED[str(kind)][got.media_type])
        if boolean is not None and answer is not (str(boolean) == "true"):
            return f"{answer}, not {boolean}"
    return ""


def _description(name: str, client: Client) -> str:
    """https://www.w3.org/TR/sparql11-service-description/#conformance"""
    got = client.send("GET", "/sparql", {"Accept": "text/turtle"})
    if got.status != 200 or got.media_type != "text/turtle":
        return f"{got.status} {got.media_type}"
    graph = Graph().parse(data=got.body, format="turtle")
    services = list(graph.subjects(RDF.type, SD.Service))
    if name == "has-endpoint-triple" and (None, SD.endpoint, URIRef(client.url)) not in graph:
        return f"no sd:endpoint {client.url}"
    if name == "conforms-to-schema":
        objects = (SD.endpoint, SD.feature, SD.supportedLanguage, SD.resultFormat, SD.defaultDataset)
        values = [value for one in objects for value in graph.objects(None, one)]
        if len(services) != 1 or not all(isinstance(value, URIRef) for value in values):
            return "not one sd:Service with resources as values"
    return ""
