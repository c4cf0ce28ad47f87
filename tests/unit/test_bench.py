"""The bench's synthetic data: the same seed makes the same bytes, in our ontology's terms."""

import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph

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
