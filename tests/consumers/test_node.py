"""N3.js loads our dumps, and Comunica answers as we do. ``make consumers`` installs both (package-lock.json)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import Expected, needed, rows

pytestmark = pytest.mark.consumers

HERE = Path(__file__).parent


def test_n3_loads_and_comunica_agrees(expected: Expected, tmp_path: Path) -> None:
    node = needed(shutil.which("node"), "Node.js")
    needed("yes" if (HERE / "node_modules" / "n3").is_dir() else None, "N3.js (make consumers)")
    queries = tmp_path / "queries.json"
    queries.write_text(json.dumps(expected.queries), encoding="utf-8")
    command = [node, str(HERE / "load.mjs"), str(expected.nquads), str(expected.ntriples), str(queries)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=500).stdout)
    assert (answer["quads"], answer["graphs"]) == (expected.quads, expected.graphs)
    assert answer["merged"] == expected.merged
    for name, found in answer["answers"].items():
        assert rows(found) == expected.answers[name], name
    assert set(answer["answers"]) == set(expected.queries)
