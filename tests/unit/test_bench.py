"""The bench's synthetic data: the same seed makes the same bytes, in our ontology's terms."""

import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph

from citydiplomacy.checks import check
from citydiplomacy.findings import Severity
from citydiplomacy.repository import open_repository

ROOT = Path(__file__).resolve().parents[2]
TERM = re.compile(rb"<https://w3id.org/citydiplomacy/ontology#(\w+)>")


def generated(*arguments: str) -> bytes:
    command = [sys.executable, str(ROOT / "bench" / "generator.py"), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_same_seed_same_bytes() -> None:
    assert generated("5e3", "--seed", "7") == generated("5e3", "--seed", "7") != generated("5e3", "--seed", "8")


def test_data_has_the_wished_size_and_parses() -> None:
    quads = list(pyoxigraph.parse(input=generated("1e5"), format=pyoxigraph.RdfFormat.N_QUADS))
    assert 95_000 < len(quads) < 105_000


def test_every_term_is_one_of_the_ontology() -> None:
    ontology = "".join(path.read_text() for path in (ROOT / "ontology").glob("*.ttl"))
    used = {match.decode() for match in TERM.findall(generated("2e4"))}
    assert len(used) > 30
    assert [term for term in used if not re.search(rf"^:{term} a owl:", ontology, re.MULTILINE)] == []


def written(root: Path) -> dict[str, bytes]:
    """The files of a synthetic repository."""
    code = f"from content import write_root; from pathlib import Path; write_root(Path({str(root)!r}), 15e3, 7)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "bench")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_repository_to_build_has_the_same_bytes_and_meets_the_shapes(tmp_path: Path) -> None:
    assert written(tmp_path / "one") == written(tmp_path / "two")
    verdict = check(open_repository(tmp_path / "one"), None)
    assert verdict.lines
    assert 14_000 < len(verdict.lines) < 16_000
    broken = {one.code for one in verdict.findings if one.severity == Severity.VIOLATION}
    assert broken <= {
        "query-default",
        "thing-without-passage",
    }  # our queries' things are not there, nor all bodies used
