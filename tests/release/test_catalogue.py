"""The catalogue is valid against DCAT-AP's own shapes, and every figure and checksum in it is true."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, VOID

from citydiplomacy.release import Release
from citydiplomacy.release.building import build
from citydiplomacy.release.packing import unpack
from citydiplomacy.repository import open_repository
from citydiplomacy.store import Store, select, store_of

SHAPES = Path(__file__).resolve().parents[1] / "fixtures" / "dcat-ap"
SPDX = Namespace("http://spdx.org/rdf/terms#")
BASE = "https://w3id.org/citydiplomacy/"


@pytest.fixture(scope="module")
def catalogue(real_release: Release) -> Graph:
    return Graph().parse(real_release.directory / "catalog.ttl")


@pytest.fixture(scope="module")
def void(real_release: Release) -> Graph:
    return Graph().parse(real_release.directory / "void.ttl")


@pytest.fixture(scope="module")
def store(real_release: Release) -> Store:
    return store_of(real_release.lines())


@pytest.mark.parametrize("name", ["shapes", "range", "deprecateduris"])
def test_catalogue_is_valid_dcat_ap(catalogue: Graph, name: str) -> None:
    shapes = Graph().parse(SHAPES / f"{name}.ttl")
    conforms, _, text = pyshacl.validate(catalogue, shacl_graph=shapes)
    assert conforms, text
    assert len(shapes) > 50


def test_shapes_would_find_a_fault(catalogue: Graph) -> None:
    faulty = Graph() + catalogue
    faulty.remove((URIRef(BASE + "catalog"), DCTERMS.title, None))
    conforms, _, _ = pyshacl.validate(faulty, shacl_graph=Graph().parse(SHAPES / "shapes.ttl"))
    assert not conforms


def test_small_repository_has_a_valid_catalogue_too(small_release: Release) -> None:
    catalogue = Graph().parse(small_release.directory / "catalog.ttl")
    conforms, _, text = pyshacl.validate(catalogue, shacl_graph=Graph().parse(SHAPES / "shapes.ttl"))
    assert conforms, text


def test_every_distribution_has_its_files_size_and_checksum(catalogue: Graph, real_release: Release) -> None:
    found = list(catalogue.subjects(RDF.type, DCAT.Distribution))
    assert len(found) > 150
    for one in found:
        url = str(catalogue.value(one, DCAT.downloadURL))
        data = (real_release.directory / url.removeprefix(f"{BASE}dumps/{real_release.version}/")).read_bytes()
        checksum = catalogue.value(one, SPDX.checksum)
        assert str(catalogue.value(checksum, SPDX.checksumValue)) == hashlib.sha256(data).hexdigest()
        assert int(str(catalogue.value(one, DCAT.byteSize))) == len(data)


def test_outside_data_keeps_its_licence(catalogue: Graph, void: Graph) -> None:
    cc0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert void.value(URIRef(BASE + "catalog#wikidata"), DCTERMS.license) == cc0
    assert catalogue.value(URIRef(BASE + "catalog#wikidata.nq.gz"), DCTERMS.license) == cc0
    whole = void.value(URIRef(BASE + "catalog#dataset"), DCTERMS.license)
    assert whole == URIRef("https://creativecommons.org/licenses/by/4.0/")


def test_licence_is_the_one_that_the_header_states(small: Path, small_release: Release, tmp_path: Path) -> None:
    """CC0 in the header is in queries, catalogue, VoID and event stream; without a word on it none is made up."""
    header = small / "ontology/mini.ttl"
    cc0 = "https://creativecommons.org/publicdomain/zero/1.0/"
    text = header.read_text().replace('owl:versionInfo "0.1"', f'owl:versionInfo "0.1" ; dcterms:license <{cc0}>')
    header.write_text(text)
    free = build(open_repository(small), tmp_path / "free")
    for name in ("queries.ttl.zst", "catalog.ttl", "void.ttl", "ldes/index.ttl"):
        found = {
            release: set(map(str, Graph().parse(data=unpack(release.directory / name)).objects(None, DCTERMS.license)))
            for release in (free, small_release)
        }
        editorial = {"https://creativecommons.org/licenses/by/4.0/"} if name in ("catalog.ttl", "void.ttl") else set()
        assert found == {free: {cc0} | editorial, small_release: editorial}, name


def count(store: Store, query: str) -> int:
    return int(select(store, query, {})[0]["n"])


def figures(void: Graph) -> Iterator[tuple[str, int]]:
    """For every figure in the description of the whole, the query that counts it and what it says."""
    me = URIRef(BASE + "catalog#dataset")
    things = f'STRSTARTS(STR(?s), "{BASE}id/")'
    whole = {
        VOID.triples: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        VOID.distinctSubjects: "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        VOID.distinctObjects: "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        VOID.properties: "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        VOID.classes: "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
        VOID.entities: f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER({things}) }}",
    }
    for predicate, query in whole.items():
        yield query, int(str(void.value(me, predicate)))
    for part in void.objects(me, VOID.classPartition):
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{void.value(part, VOID['class'])}> }}"
        yield query, int(str(void.value(part, VOID.entities)))
    for part in void.objects(me, VOID.propertyPartition):
        query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{void.value(part, VOID.property)}> ?o }}"
        yield query, int(str(void.value(part, VOID.triples)))
    for link in void.subjects(RDF.type, VOID.Linkset):
        space = void.value(void.value(link, VOID.objectsTarget), VOID.uriSpace)
        predicate = void.value(link, VOID.linkPredicate)
        here = f'FILTER(isIRI(?o) && STRSTARTS(STR(?o), "{space}") && {things})'
        yield f"SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o {here} }}", int(str(void.value(link, VOID.triples)))


def test_every_figure_of_the_whole_is_recounted(void: Graph, store: Store) -> None:
    found = list(figures(void))
    wrong = [(query, said) for query, said in found if count(store, query) != said]
    assert wrong == []
    assert len(found) > 200


def test_every_class_and_property_has_its_partition(void: Graph, store: Store) -> None:
    me = URIRef(BASE + "catalog#dataset")
    assert len(set(void.objects(me, VOID.classPartition))) == count(
        store, "SELECT (COUNT(DISTINCT ?c) AS ?n) {?s a ?c}"
    )
    assert len(set(void.objects(me, VOID.propertyPartition))) == int(str(void.value(me, VOID.properties)))
    assert len(set(void.subjects(RDF.type, VOID.Linkset))) >= 3


def test_figures_of_slices_are_recounted(void: Graph, real_release: Release) -> None:
    slices = [
        one
        for one in void.objects(URIRef(BASE + "catalog#dataset"), VOID.subset)
        if str(one).startswith(BASE + "catalog#")
    ]
    assert len(slices) >= 9
    for one in slices:
        name = str(one).partition("#")[2]
        triples = unpack(real_release.directory / f"{name}.nt.gz").decode().splitlines()
        assert int(str(void.value(one, VOID.triples))) == len(triples)
        assert int(str(void.value(one, VOID.distinctSubjects))) == len({line.split(" ", 1)[0] for line in triples})
