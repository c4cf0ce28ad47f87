"""The documents are true: commands they name run, routes and commands that exist are named, the query answers so."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from citydiplomacy.cli import main
from citydiplomacy.pool import PoolSettings, Request, WorkerPool
from citydiplomacy.release import Release

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COMMANDS = (
    "check",
    "build",
    "serve",
    "publish",
    "query",
    "queries",
    "evidence",
    "coverage",
    "verify",
    "diff",
    "validate",
)
SOURCE = ROOT.parent / "shared" / "source" / "new-role-for-cities.txt"
INTERNAL = {"/static/<path:filename>"}


def shell_lines(text: str) -> Iterator[str]:
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            command = line.split("#")[0].strip()
            if command.startswith("citydiplomacy ") and not command.startswith("citydiplomacy serve"):  # it has no end
                yield command


LINES = sorted({*shell_lines(README), *shell_lines((ROOT / "queries" / "README.md").read_text(encoding="utf-8"))})


@pytest.mark.parametrize("command", LINES)
def test_every_command_of_the_readme_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(command)[1:]
    if "paper.txt" in words and not SOURCE.is_file():
        pytest.skip(f"no copy of the source text beside this checkout: not run: {command}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main([str(SOURCE) if word == "paper.txt" else word for word in words]) == 0
    assert capsys.readouterr().out


def test_there_are_commands_to_run() -> None:
    assert len(LINES) >= 6


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(rf"^\| `{name}[ `]", README, re.MULTILINE)
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "--root" in capsys.readouterr().out


def test_no_command_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    assert set(listed) == set(COMMANDS)


def test_every_route_is_in_the_readme(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule not in INTERNAL and rule.rule != "/":
            first = "/" + rule.rule.split("/")[1].partition("<")[0].rstrip(".")
            assert first in README, rule.rule


def test_the_query_of_the_readme_answers_as_it_says(real_release: Release) -> None:
    query = re.search(r"```sparql\n(.*?)```", README, re.DOTALL)
    assert query
    with WorkerPool(real_release.data, PoolSettings(workers=1), {}) as pool:
        rows = pool.ask(Request(query[1], results="csv", graphs=None)).read().decode().splitlines()[1:]
    for row in rows:
        leader, passage, line = row.rsplit(",", 2)
        short = passage.removeprefix(real_release.base)
        assert f"| {leader} | `{short}` | {line} |" in README
    assert len(rows) == README.count("| `passage/")


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_somewhere(text: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links or text is CONTRIBUTING
    for link in links:
        assert link.startswith("http") or (ROOT / link).exists(), link


def test_every_module_is_in_the_drawing_of_layers() -> None:
    drawing = re.search(r"```\ncli\n(.*?)```", CONTRIBUTING, re.DOTALL)
    assert drawing
    for path in (ROOT / "server" / "citydiplomacy").glob("*.py"):
        if path.stem not in ("__init__", "cli"):
            assert re.search(rf"\b{path.stem}\b", drawing[1]), path.stem


def test_every_dependency_says_why_it_is_there() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.split(r"[><=~!,\[ ]", one)[0] for one in project["project"]["dependencies"]]
    assert len(names) > 5
    for name in names:
        assert f"| {name} |" in CONTRIBUTING, name
    for one in project["dependency-groups"]["dev"]:
        assert re.split(r"[><=~!,\[ ]", one)[0] in CONTRIBUTING or one.startswith("types-"), one
