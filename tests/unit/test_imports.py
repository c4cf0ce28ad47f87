"""The server starts without what only a build or a check needs."""

import subprocess
import sys

HEAVY = ("owlready2", "pyshacl", "rdflib", "reasonable", "shacl")


def test_serving_loads_neither_reasoners_nor_rdflib() -> None:
    code = f"import citydiplomacy.web.site, citydiplomacy.web.application, sys; print(set({HEAVY}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"


def test_building_does_load_them() -> None:
    code = f"import citydiplomacy.release.building, sys; print(len(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert int(done.stdout) >= 3
