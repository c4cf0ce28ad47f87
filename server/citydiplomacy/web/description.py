"""The service description of the endpoint (https://www.w3.org/TR/sparql11-service-description/): what it can do, and
nothing that it can not. A test tries every language, feature, format and figure named here.
"""

from __future__ import annotations

from collections.abc import Iterator

from citydiplomacy.errors import Overloaded, QueryTimeout
from citydiplomacy.media import GRAPHS, RESULTS
from citydiplomacy.names import RDF, RDFS, VOID, XSD
from citydiplomacy.web.site import Site

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
PREFIXES = {"sd": SD, "void": VOID, "formats": FORMATS, "rdfs": RDFS, "xsd": XSD}
FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def description(site: Site, endpoint: str) -> list[str]:
    """The description of the endpoint at a URL, as N-Triples lines."""
    return [f"{subject} {predicate} {value} .\n" for subject, predicate, value in _facts(site, endpoint)]


def _facts(site: Site, endpoint: str) -> Iterator[tuple[str, str, str]]:
    here, dataset, merge = f"<{endpoint}>", f"<{endpoint}#dataset>", f"<{endpoint}#merge>"
    yield here, f"<{RDF}type>", f"<{SD}Service>"
    yield here, f"<{SD}endpoint>", here
    yield here, f"<{SD}supportedLanguage>", f"<{SD}SPARQL10Query>"
    yield here, f"<{SD}supportedLanguage>", f"<{SD}SPARQL11Query>"
    yield here, f"<{SD}feature>", f"<{SD}UnionDefaultGraph>"
    for one in (*RESULTS, *GRAPHS):
        yield here, f"<{SD}resultFormat>", f"<{FORMATS}{FORMAT_NAMES[one.name]}>"
    yield here, f"<{SD}defaultDataset>", dataset
    yield dataset, f"<{RDF}type>", f"<{SD}Dataset>"
    yield dataset, f"<{RDFS}comment>", f'"The default graph is the merge of {site.release.graphs} named graphs."@en'
    yield dataset, f"<{SD}defaultGraph>", merge
    yield merge, f"<{RDF}type>", f"<{SD}Graph>"
    size = _size(site)
    if size is not None:
        yield merge, f"<{VOID}triples>", f'"{size}"^^<{XSD}integer>'


def _size(site: Site) -> int | None:
    """How many statements the default graph has; None where the server is too busy to count them just now."""
    try:
        return site.merged_statements
    except (Overloaded, QueryTimeout):
        return None
