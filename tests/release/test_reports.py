"""A release's reports: what was checked and what was not, the account of a text's lines; and content is read once."""

import json
from pathlib import Path

import pytest

from citydiplomacy import checks
from citydiplomacy.cli import main
from citydiplomacy.content import Content, read_content
from citydiplomacy.release import Release, building
from citydiplomacy.release.building import Additions, build
from citydiplomacy.release.changes import describe_changes
from citydiplomacy.release.reporting import as_text
from citydiplomacy.repository import Repository, open_repository

LETTER = Path(__file__).resolve().parents[1] / "fixtures" / "letter.txt"


def test_report_says_what_was_checked_and_that_hermit_was_not(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--root", str(small), "--out", str(tmp_path / "out")]) == 0
    report = json.loads((tmp_path / "out/reports/validation.json").read_text())
    assert report["conforms"] is True
    assert "does not conform" not in capsys.readouterr().err
    assert [what for what in report["checked"] if what.startswith("OWL 2 RL consistency (reasonable ")]
    assert "OWL 2 DL consistency (HermiT): run citydiplomacy check" in report["notChecked"]
    assert not (tmp_path / "out/reports/coverage.json").exists()


def test_build_without_a_verdict_has_no_reports(small: Path, tmp_path: Path) -> None:
    assert main(["build", "--root", str(small), "--out", str(tmp_path / "out"), "--unchecked"]) == 0
    assert not (tmp_path / "out/reports").exists()


def test_contradiction_is_in_the_report_and_told(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ontology = small / "ontology/mini.ttl"
    ontology.write_text(ontology.read_text() + "\n:Person owl:disjointWith :Agent .\n")
    assert main(["build", "--root", str(small), "--out", str(tmp_path / "out")]) == 0
    report = json.loads((tmp_path / "out/reports/validation.json").read_text())
    assert report["conforms"] is False
    assert "contradiction" in {finding["code"] for finding in report["findings"]}
    assert "The content does not conform, violations: " in capsys.readouterr().err


def test_text_at_hand_gets_its_account(small: Path, tmp_path: Path) -> None:
    assert main(["build", "--root", str(small), "--out", str(tmp_path / "out"), "--source", str(LETTER)]) == 0
    account = json.loads((tmp_path / "out/reports/coverage.json").read_text())
    assert len(account["lines"]) == len(LETTER.read_text().splitlines())
    assert (tmp_path / "out/reports/coverage.txt").read_text()


def test_content_is_read_once(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Repository] = []

    def counted(repository: Repository) -> Content:
        read.append(repository)
        return read_content(repository)

    monkeypatch.setattr(checks, "read_content", counted)
    monkeypatch.setattr(building, "read_content", counted)
    assert main(["build", "--root", str(small), "--out", str(tmp_path / "out"), "--source", str(LETTER)]) == 0
    assert len(read) == 1


def test_lines_of_the_verdict_make_the_same_release(small: Path, tmp_path: Path) -> None:
    repository = open_repository(small)
    verdict = checks.check(repository, None)
    assert verdict.lines
    one = build(repository, tmp_path / "one", additions=Additions(lines=verdict.lines))
    other = build(repository, tmp_path / "other")
    assert (one.directory / "SHA256SUMS").read_bytes() == (other.directory / "SHA256SUMS").read_bytes()


def test_content_that_can_not_be_published_is_refused_with_its_place(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small / "data/people.ttl").write_text("<https://example.org/mini/id/bob> a <urn:x-other:Person> .\n")
    assert main(["build", "--root", str(small), "--out", str(tmp_path / "out")]) == 2
    assert "data/people.ttl:1" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_change_report_names_what_only_inferences_name(small_release: Release) -> None:
    changes = describe_changes(small_release, [], small_release, small_release.lines())
    (one,) = (one for one in changes.added if one.iri.endswith("id/ada-in-chess-club"))
    assert one.labels["en"]
    assert any(f"id:ada-in-chess-club  {one.labels['en']}" in line for line in as_text(changes))
