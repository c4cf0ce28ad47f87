"""DCAT 3 catalogue of a release, valid against DCAT-AP 3.0.1 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from citydiplomacy.media import GRAPHS
from citydiplomacy.names import XSD
from citydiplomacy.nquads import iri, literal
from citydiplomacy.release.describing import Description, Header, date, kind
from citydiplomacy.release.directory import Release, digest_of, files_of
from citydiplomacy.release.material import Material
from citydiplomacy.release.packing import PACKINGS
from citydiplomacy.release.slices import WHOLE
from citydiplomacy.release.void import dataset_iri

AUTHORITY = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
FILE_TYPES = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
    "rdf": "RDF_XML",
    "jsonld": "JSON_LD",
    "csv": "CSV",
}
MEDIA_TYPES = {one.suffix: one.media_type for one in GRAPHS} | {"csv": "text/csv"}
LANGUAGES = {"en": "ENG", "de": "DEU"}
SLICE_TITLES = {
    "claims": {"en": "Claims with their passages", "de": "Aussagen mit ihren Textstellen"},
    "inferred": {"en": "What follows from the claims", "de": "Was aus den Aussagen folgt"},
    "ontology": {"en": "The ontology with its vocabularies", "de": "Die Ontologie mit ihren Vokabularen"},
    "queries": {"en": "The canned queries", "de": "Die vorbereiteten Abfragen"},
}


@dataclass(frozen=True)
class Draft:
    """The catalogue as it is written, with what it is of."""

    rdf: Description
    release: Release
    header: Header


def catalogue_turtle(material: Material, folder: Path) -> bytes:
    """The catalogue: the dataset, its slices, each file of ``folder`` that holds one, the endpoint, the build."""
    draft = Draft(Description(material.release.names), material.release, material.header)
    _catalogue(draft)
    slices = list(material.slices)
    for name in slices:
        _dataset(draft, name)
    for name, path in files_of(folder).items():
        owner = _owner(name, slices)
        if owner:
            _distribution(draft, owner, name, path)
    _service(draft)
    _provenance(draft)
    return draft.rdf.turtle()


def _catalogue(draft: Draft) -> None:
    iri_ = draft.release.base + "catalog"
    draft.rdf.say(iri_, "a", kind("dcat:Catalog"))
    _named(draft, iri_, draft.header.titles, draft.header.descriptions)
    _issued(draft, iri_)
    _licensed(draft, iri_, draft.header.licence)
    draft.rdf.say(iri_, "dcterms:language", *(_concept(draft, f"language/{LANGUAGES[x]}") for x in LANGUAGES))
    for code in LANGUAGES.values():
        draft.rdf.say(f"{AUTHORITY}language/{code}", "a", kind("dcterms:LinguisticSystem"))
    draft.rdf.say(iri_, "foaf:homepage", iri(draft.release.base))
    draft.rdf.say(draft.release.base, "a", kind("foaf:Document"))
    draft.rdf.say(draft.header.publisher, "a", kind("foaf:Agent"))
    draft.rdf.texts(draft.header.publisher, "foaf:name", draft.header.publisher_names)
    draft.rdf.say(iri_, "dcat:service", iri(iri_ + "#endpoint"))


def _dataset(draft: Draft, name: str) -> None:
    names = draft.release.names
    me, whole = dataset_iri(names, name), dataset_iri(names, WHOLE)
    draft.rdf.say(names.base + "catalog", "dcat:dataset", iri(me))
    draft.rdf.say(me, "a", kind("dcat:Dataset"))
    titles = draft.header.titles if name == WHOLE else SLICE_TITLES.get(name, {"en": name})
    _named(draft, me, titles, draft.header.descriptions if name == WHOLE else titles)
    _issued(draft, me)
    draft.rdf.say(me, "dcterms:identifier", literal(me))
    draft.rdf.say(me, "dcat:version", literal(draft.release.version))
    draft.rdf.say(me, "dcterms:accessRights", _concept(draft, "access-right/PUBLIC"))
    draft.rdf.say(f"{AUTHORITY}access-right/PUBLIC", "a", kind("dcterms:RightsStatement"))
    draft.rdf.say(me, "dcat:landingPage", iri(names.base))
    draft.rdf.say(me, "dcterms:conformsTo", iri(draft.header.version_iri))
    draft.rdf.say(draft.header.version_iri, "a", kind("dcterms:Standard"))
    draft.rdf.say(me, "prov:wasGeneratedBy", iri(_activity(draft.release)))
    if name == WHOLE:
        draft.rdf.say(me, "prov:wasDerivedFrom", *map(iri, draft.header.documents))
        if draft.header.citation:
            draft.rdf.say(me, "dcterms:bibliographicCitation", literal(draft.header.citation))
    else:
        draft.rdf.say(me, "dcterms:isPartOf", iri(whole))
        draft.rdf.say(whole, "dcterms:hasPart", iri(me))
        draft.rdf.say(me, "prov:wasDerivedFrom", *map(iri, draft.header.origins.get(names.graph(name), [])))


def _distribution(draft: Draft, owner: str, name: str, path: Path) -> None:
    names = draft.release.names
    dataset, me = dataset_iri(names, owner), f"{names.base}catalog#{name}"
    stem, _, packing = name.rpartition(".") if name.rpartition(".")[2] in PACKINGS else (name, "", "")
    suffix = stem.rpartition(".")[2]
    url = draft.release.file_iri(name)
    draft.rdf.say(dataset, "dcat:distribution", iri(me))
    draft.rdf.say(me, "a", kind("dcat:Distribution"))
    draft.rdf.say(me, "dcterms:title", literal(name, language="en"))
    draft.rdf.say(me, "dcat:accessURL", iri(url))
    draft.rdf.say(me, "dcat:downloadURL", iri(url))
    draft.rdf.say(me, "dcterms:issued", *([date(draft.release.issued)] if draft.release.issued else []))
    _licensed(draft, me, draft.header.licence_of(names.graph(owner)))
    draft.rdf.say(me, "dcterms:format", _concept(draft, f"file-type/{FILE_TYPES[suffix]}"))
    draft.rdf.say(f"{AUTHORITY}file-type/{FILE_TYPES[suffix]}", "a", kind("dcterms:MediaTypeOrExtent"))
    _media_type(draft, me, "dcat:mediaType", MEDIA_TYPES[suffix])
    if packing:
        _media_type(draft, me, "dcat:compressFormat", PACKINGS[packing])
    draft.rdf.say(me, "dcat:byteSize", literal(str(path.stat().st_size), datatype=XSD + "nonNegativeInteger"))
    _checksum(draft, me, path)


def _checksum(draft: Draft, me: str, path: Path) -> None:
    sum_ = f"{me}-sha256"
    draft.rdf.say(me, "spdx:checksum", iri(sum_))
    draft.rdf.say(sum_, "a", kind("spdx:Checksum"))
    draft.rdf.say(sum_, "spdx:algorithm", iri(SHA256))
    draft.rdf.say(SHA256, "a", kind("spdx:ChecksumAlgorithm"))
    draft.rdf.say(sum_, "spdx:checksumValue", literal(digest_of(path), datatype=XSD + "hexBinary"))


def _service(draft: Draft) -> None:
    me, standard = draft.release.base + "catalog#endpoint", "https://www.w3.org/TR/sparql11-protocol/"
    draft.rdf.say(me, "a", kind("dcat:DataService"))
    _named(draft, me, {"en": "SPARQL endpoint", "de": "SPARQL-Endpunkt"}, {})
    draft.rdf.say(me, "dcat:endpointURL", iri(draft.release.base + "sparql"))
    draft.rdf.say(me, "dcat:endpointDescription", iri(draft.release.base + "openapi.json"))
    draft.rdf.say(me, "dcat:servesDataset", iri(dataset_iri(draft.release.names, WHOLE)))
    draft.rdf.say(me, "dcterms:conformsTo", iri(standard))
    draft.rdf.say(standard, "a", kind("dcterms:Standard"))
    _licensed(draft, me, draft.header.licence)
    draft.rdf.say(me, "dcterms:publisher", iri(draft.header.publisher))
    draft.rdf.say(me, "dcterms:accessRights", iri(AUTHORITY + "access-right/PUBLIC"))


def _provenance(draft: Draft) -> None:
    """PROV-O of the build: from which documents, by which program. No time: it is not part of what is made."""
    me, program = _activity(draft.release), f"{draft.release.base}catalog#program"
    draft.rdf.say(me, "a", kind("prov:Activity"))
    draft.rdf.say(me, "rdfs:label", literal(f"Building of release {draft.release.version}", language="en"))
    draft.rdf.say(me, "prov:used", *map(iri, [*draft.header.documents, draft.release.names.ontology]))
    draft.rdf.say(me, "prov:wasAssociatedWith", iri(program))
    draft.rdf.say(program, "a", kind("prov:SoftwareAgent"))
    label = f"citydiplomacy {version('citydiplomacy')} (RDFC-1.0, OWL 2 RL)"
    draft.rdf.say(program, "rdfs:label", literal(label, language="en"))


def _activity(release: Release) -> str:
    return f"{release.base}catalog#build-{release.digest[:12]}"


def _named(draft: Draft, subject: str, titles: dict[str, str], descriptions: dict[str, str]) -> None:
    draft.rdf.texts(subject, "dcterms:title", titles)
    draft.rdf.texts(subject, "dcterms:description", descriptions)


def _issued(draft: Draft, subject: str) -> None:
    draft.rdf.say(subject, "dcterms:publisher", iri(draft.header.publisher))
    if draft.release.issued:
        draft.rdf.say(subject, "dcterms:issued", date(draft.release.issued))
        draft.rdf.say(subject, "dcterms:modified", date(draft.release.issued))


def _licensed(draft: Draft, subject: str, licence: str) -> None:
    draft.rdf.licence(subject, licence)
    if licence:
        draft.rdf.say(licence, "a", kind("dcterms:LicenseDocument"))


def _concept(draft: Draft, name: str) -> str:
    """A concept of one of the EU's authority lists, which DCAT-AP names."""
    me, scheme = AUTHORITY + name, AUTHORITY + name.partition("/")[0]
    label = name.partition("/")[2]
    draft.rdf.say(me, "a", kind("skos:Concept"))
    draft.rdf.say(me, "skos:prefLabel", literal(label, language="en"))
    draft.rdf.say(me, "skos:inScheme", iri(scheme))
    return iri(me)


def _media_type(draft: Draft, subject: str, name: str, media_type: str) -> None:
    draft.rdf.say(subject, name, iri(IANA + media_type))
    draft.rdf.say(IANA + media_type, "a", kind("dcterms:MediaType"))


def _owner(name: str, slices: list[str]) -> str:
    """The slice that a file holds; "" for files that hold none."""
    stem, _, packing = name.rpartition(".")
    plain = stem if packing in PACKINGS else name
    slice_name, _, suffix = plain.rpartition(".")
    if name.startswith("tables/") and suffix == "csv":
        return WHOLE
    return slice_name if slice_name in slices and suffix in FILE_TYPES else ""
