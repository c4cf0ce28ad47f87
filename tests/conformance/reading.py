"""Answers read from the results formats and from RDF, by code that is not the engine's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

from answers import XSD, Answer, Solutions, Term, solutions
from rdflib import RDF, BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
SRX = "{http://www.w3.org/2005/sparql-results#}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RDF_FORMATS = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "jsonld": "json-ld",
    "trig": "trig",
    "nquads": "nquads",
}
SUFFIXES = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv", ".ttl": "turtle", ".nt": "ntriples"}


def read_file(path: Path, base: str, *, ordered: bool) -> Answer:
    """The answer that a file of the suite holds."""
    name = SUFFIXES.get(path.suffix, "rdfxml")
    answer = read(path.read_bytes(), name, base)
    if isinstance(answer, Solutions):
        return Solutions(answer.variables, answer.rows, ordered or answer.ordered)
    if isinstance(answer, Graph) and (None, RDF.type, RS.ResultSet) in answer:
        return _result_set(answer)
    return answer


def read(body: bytes, name: str, base: str = "urn:x-base:") -> Answer:
    """The answer in a format, by its name in ``citydiplomacy.media``."""
    readers = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}
    if name in readers:
        return readers[name](body)
    if name in ("trig", "nquads"):
        dataset = Dataset()
        dataset.parse(data=body, format=RDF_FORMATS[name], publicID=base)
        graph = Graph()
        for triple in dataset.default_graph:
            graph.add(triple)
        return graph
    return Graph().parse(data=body, format=RDF_FORMATS[name], publicID=base)


def term_of(node: Node) -> Term:
    """An rdflib term."""
    if isinstance(node, URIRef):
        return Term("iri", str(node))
    if isinstance(node, BNode):
        return Term("bnode", str(node))
    assert isinstance(node, Literal)
    return _literal(str(node), node.language or "", str(node.datatype or ""))


def _literal(value: str, language: str, datatype: str) -> Term:
    if language:
        return Term("literal", value, "@" + language)
    return Term("literal", value, "" if datatype == XSD + "string" else datatype)


def _json(body: bytes) -> Answer:
    """https://www.w3.org/TR/sparql11-results-json/"""
    known = json.loads(body)
    if "boolean" in known:
        return bool(known["boolean"])
    kinds = {"uri": "iri", "bnode": "bnode"}

    def term(value: dict[str, str]) -> Term:
        if value["type"] in kinds:
            return Term(kinds[value["type"]], value["value"])
        return _literal(value["value"], value.get("xml:lang", ""), value.get("datatype", ""))

    rows = [{name: term(value) for name, value in row.items()} for row in known["results"]["bindings"]]
    return solutions(rows, known["head"].get("vars", []))


def _xml(body: bytes) -> Answer:
    """https://www.w3.org/TR/rdf-sparql-XMLres/"""
    root = ElementTree.fromstring(body)  # noqa: S314 (from the suite or from our own server)
    boolean = root.find(f"{SRX}boolean")
    if boolean is not None:
        return (boolean.text or "").strip() == "true"
    kinds = {f"{SRX}uri": "iri", f"{SRX}bnode": "bnode"}

    def term(binding: ElementTree.Element) -> Term:
        value = binding[0]
        if value.tag in kinds:
            return Term(kinds[value.tag], value.text or "")
        return _literal(value.text or "", value.get(XML_LANG, ""), value.get("datatype", ""))

    rows = [{one.get("name", ""): term(one) for one in row} for row in root.iter(f"{SRX}result")]
    return solutions(rows, [one.get("name", "") for one in root.iter(f"{SRX}variable")])


def _tsv(body: bytes) -> Answer:
    """https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv: its terms are written as in Turtle."""
    header, *lines = [line.rstrip("\r") for line in body.decode("utf-8").split("\n")]
    names = [name.removeprefix("?") for name in header.split("\t")] if header else []
    cells = [line.split("\t") for line in (lines if lines and lines[-1] else lines[:-1])]
    distinct = list({cell for row in cells for cell in row if cell})
    text = "".join(f"<urn:x-{number}> <urn:x-is> {cell} .\n" for number, cell in enumerate(distinct))
    graph = Graph().parse(data=text, format="turtle")
    terms = {cell: graph.value(URIRef(f"urn:x-{number}"), URIRef("urn:x-is")) for number, cell in enumerate(distinct)}
    rows = [{name: terms[cell] for name, cell in zip(names, row, strict=bool(names)) if cell} for row in cells]
    return solutions([{name: term_of(node) for name, node in row.items() if node is not None} for row in rows], names)


def _csv(body: bytes) -> Answer:
    """https://www.w3.org/TR/sparql11-results-csv-tsv/#csv: of terms it keeps the text only."""
    header, *lines = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)) or [[]]

    def term(cell: str) -> Term:
        return Term("bnode", cell) if cell.startswith("_:") else Term("text", cell)

    rows = [{name: term(cell) for name, cell in zip(header, line, strict=False) if cell} for line in lines]
    return solutions(rows, header)


def _result_set(graph: Graph) -> Answer:
    """An answer in the suite's own vocabulary."""
    node = graph.value(None, RDF.type, RS.ResultSet)
    boolean = graph.value(node, RS.boolean)
    if boolean is not None:
        return str(boolean) == "true"
    found = list(graph.objects(node, RS.solution))
    indexes = [int(str(index)) for one in found if (index := graph.value(one, RS["index"])) is not None]
    if indexes:
        found = [one for _, one in sorted(zip(indexes, found, strict=True), key=lambda pair: pair[0])]
    rows = [
        {
            str(graph.value(binding, RS.variable)): term_of(value)
            for binding in graph.objects(one, RS.binding)
            if (value := graph.value(binding, RS.value)) is not None
        }
        for one in found
    ]
    variables = [str(one) for one in graph.objects(node, RS.resultVariable)]
    return solutions(rows, variables, ordered=bool(indexes))
