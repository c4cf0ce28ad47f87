"""The names a repository uses: its own namespaces, derived from its ontology's IRI, and the outside vocabularies."""

from __future__ import annotations

from dataclasses import dataclass

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
ORG = "http://www.w3.org/ns/org#"
SOSA = "http://www.w3.org/ns/sosa/"
GEO = "http://www.opengis.net/ont/geosparql#"
WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
FOAF = "http://xmlns.com/foaf/0.1/"
VANN = "http://purl.org/vocab/vann/"
VOID = "http://rdfs.org/ns/void#"
SCHEMA = "https://schema.org/"

OUTSIDE_PREFIXES = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "sh": SH,
    "prov": PROV,
    "dcterms": DCTERMS,
    "oa": OA,
    "org": ORG,
    "sosa": SOSA,
    "geo": GEO,
    "wgs84": WGS84,
    "foaf": FOAF,
    "vann": VANN,
    "schema": SCHEMA,
}


@dataclass(frozen=True)
class Names:
    """The namespaces of one repository, all below one base IRI.

    ``base`` ends in a slash; ``prefix`` is the short name of the ontology's namespace
    (``vann:preferredNamespacePrefix`` in its header).
    """

    base: str
    prefix: str = "cd"

    @property
    def ontology(self) -> str:
        """IRI of the ontology (no hash)."""
        return self.base + "ontology"

    @property
    def things(self) -> str:
        return self.base + "id/"

    @property
    def passages(self) -> str:
        return self.base + "passage/"

    @property
    def sources(self) -> str:
        return self.base + "source/"

    @property
    def graphs(self) -> str:
        return self.base + "graph/"

    def term(self, name: str) -> str:
        """IRI of a term of the ontology."""
        return f"{self.ontology}#{name}"

    def graph(self, name: str) -> str:
        return self.graphs + name

    @property
    def prefixes(self) -> dict[str, str]:
        """Every prefix this project writes, our own first."""
        own = {
            self.prefix: self.ontology + "#",
            "id": self.things,
            "passage": self.passages,
            "source": self.sources,
            "graph": self.graphs,
        }
        return own | OUTSIDE_PREFIXES

    def shorten(self, iri: str) -> str:
        """``iri`` as a prefixed name for people to read, or in angle brackets where no prefix fits.

        >>> Names("https://w3id.org/x/").shorten("https://w3id.org/x/id/bristol")
        'id:bristol'
        """
        fits = [(p, ns) for p, ns in self.prefixes.items() if iri.startswith(ns) and iri != ns]
        if not fits:
            return f"<{iri}>"
        prefix, namespace = max(fits, key=lambda pair: len(pair[1]))
        return f"{prefix}:{iri[len(namespace) :]}"
