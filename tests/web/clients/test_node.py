"""Clients for Node, as they come from npm, against our server."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.consumers
HERE = Path(__file__).resolve().parent
NODE = HERE / "node_modules" / ".bin" / "node"


@pytest.fixture(scope="module")
def endpoint(start: Any) -> str:
    return f"{start('--workers', '2').url}/sparql"


def said(script: str, endpoint: str) -> dict[str, Any]:
    """What a script prints, as JSON."""

    assert NODE.exists(), "the clients are not there: run make consumers, it installs them (with npm)"
    done = subprocess.run(
        [str(NODE), script, endpoint], cwd=HERE, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_comunica_asks_and_finds_out_by_the_service_description(endpoint: str) -> None:
    told = said("comunica.mjs", endpoint)
    persons = told["told"]
    assert len(persons) >= 2
    assert told["untold"] == persons
    assert set(told["optional"]) == set(persons)
    assert told["ask"] is True
    assert told["construct"] == len(persons)
    assert int(told["count"][0]) > 200


def test_sparql_http_client_asks_in_every_way(endpoint: str) -> None:
    told = said("sparql-http-client.mjs", endpoint)
    persons = told["streamed"]
    assert told["told"] == [persons] * 3
    assert told["ask"] is True
    assert told["construct"] == len(persons)
    assert told["csv"] == len(persons) + 1
