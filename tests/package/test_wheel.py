"""The wheel, installed into an empty environment, does outside the checkout what the checkout does."""

import json
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=check, timeout=600)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``citydiplomacy`` program of a fresh environment that holds the wheel and its locked dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "dist"), str(ROOT), cwd=folder)
    wheel = next((folder / "dist").glob("*.whl"))
    venv.create(folder / "env", with_pip=True)
    pip = [str(folder / "env/bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    run(*pip, "--require-hashes", "-r", str(ROOT / "requirements.txt"), cwd=folder)
    run(*pip, "--no-deps", str(wheel), cwd=folder)
    return folder / "env/bin/citydiplomacy"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside")


def test_wheel_carries_content_templates_and_types(installed: Path) -> None:
    package = next(installed.parents[1].glob("lib/python*/site-packages/citydiplomacy"))
    for name in (
        "py.typed",
        "web/templates/base.html",
        "web/static/style.css",
        "web/static/built/page.js",
        "rules/label-missing.rq",
    ):
        assert (package / name).is_file(), name
    assert "@zazuko/yasgui" in (package / "web/static/built/THIRD-PARTY.txt").read_text(encoding="utf-8")
    assert not (package / "web/frontend").exists()
    for name in ("ontology", "shapes", "data", "queries"):
        assert any((package / "repository" / name).rglob("*.*")), name


def test_commands_run_outside_the_checkout(installed: Path, folder: Path) -> None:
    assert "check" in run(str(installed), "--help", cwd=folder).stdout
    assert "actors/" in run(str(installed), "queries", cwd=folder).stdout
    assert "statements" in run(str(installed), "build", "--out", "release", cwd=folder).stdout
    assert "passage:" in run(str(installed), "evidence", "id:mayors-mechanism", cwd=folder).stdout
    answer = run(str(installed), "query", "who-leads", "--release", "release", cwd=folder).stdout
    assert "id:mayors-mechanism" in answer or "id:iom" in answer


def test_check_runs_outside_the_checkout(installed: Path, folder: Path) -> None:
    done = run(str(installed), "check", cwd=folder, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.fixture
def server(installed: Path, folder: Path, unused_port: int) -> Iterator[str]:
    command = [str(installed), "serve", "--port", str(unused_port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{unused_port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_server_answers_outside_the_checkout(server: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(f"{server}/health", timeout=5) as response:
                assert json.load(response)["status"] == "ok"
                return
        except OSError:
            assert time.monotonic() < deadline, "the server did not answer within two minutes"
            time.sleep(0.3)
