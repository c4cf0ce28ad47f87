"""The command line, as a person uses it: what it prints, and its exit codes."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from citydiplomacy.cli import main

TESTS = Path(__file__).resolve().parents[1]
SMALL = str(TESTS / "fixtures" / "small")
LETTER = str(TESTS / "fixtures" / "letter.txt")
CLAIMS = "data/claims/letter/letter.trig"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_clean_content_passes_every_gate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", SMALL, "--source", LETTER]) == 0
    told = capsys.readouterr().err
    assert "digests against letter.txt" in told
    assert "HermiT" in told
    assert "0 violations, 0 warnings" in told


def test_check_without_the_source_says_what_it_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", SMALL]) == 0
    assert "not checked: digests" in capsys.readouterr().err


def test_check_without_java_says_what_it_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["check", "--root", SMALL]) == 0
    assert "not checked: No Java here" in capsys.readouterr().err


BAD_CONTENT = [
    (CLAIMS, "p:2 {", "p:2 { {", "syntax"),
    (CLAIMS, "id:eve a :Person", "id:eve a :Persona", "unknown-term"),
    (CLAIMS, "p:2 {\n", "id:zoe a :Person .\np:2 {\n", "claim-in-no-passage"),
    (CLAIMS, "id:eve a :Person", "id:eve a :Person ; :year []", "blank-node"),
    (CLAIMS, ":member id:ada", ":member id:adda", "dangling-reference"),
    (CLAIMS, '"2001"^^xsd:gYear', '"2001"', "MIN-02"),
    (CLAIMS, ":member id:ada ;", ":member id:ada , id:eve ;", "MIN-01"),
    ("queries/people/members.rq", "#+ title =", "#+ titel =", "query-header"),
    ("queries/people/members.rq", "SELECT ?person ?personLabel", "SELECT ?personLabel ?person", "query-columns"),
    ("queries/people/members.rq", ":membershipIn", ":membershipInn", "query-unknown-name"),
    ("queries/people/members.rq", "ORDER BY", "ORDER", "query-syntax"),
    ("queries/people/members.rq", '#+ type = "iri"', '#+ type = "iri"\n#+ default = "ches-club"', "query-default"),
    ("queries/people/members.rq", 'class = "Club"', 'class = "Clubb"', "query-class"),
    ("ontology/mini.ttl", ' , "Person"@de', "", "label-missing"),
    ("shapes/mini.ttl", "sh:minCount 1 ;", "sh:minCount ;", "syntax"),
]


@pytest.mark.parametrize(("file", "old", "new", "code"), BAD_CONTENT, ids=[case[3] for case in BAD_CONTENT])
def test_bad_content_is_a_finding_with_file_and_line(  # noqa: PLR0917
    small: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, code: str
) -> None:
    path = small / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    strict = ["--strict"] if code == "MIN-02" else []
    assert main(["check", "--root", str(small), "--format", "json", *strict]) == 1
    output = capsys.readouterr()
    findings = [one for one in json.loads(output.out) if one["code"] == code]
    assert findings
    assert all(one["file"] == file and one["line"] > 0 and one["message"] for one in findings)
    assert "Traceback" not in output.err


def test_findings_as_text_are_lines_an_editor_can_jump_to(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small / CLAIMS
    path.write_text(path.read_text().replace("id:eve a :Person", "id:eve a :Persn"))
    assert main(["check", "--root", str(small)]) == 1
    assert f"{CLAIMS}:26: violation:" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["check"], ["queries"], ["query", "members"], ["evidence"], ["build"], ["serve"]]
)
def test_folder_that_is_no_repository_is_said(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--root", str(tmp_path)]) == 2
    assert "has no folder ontology" in capsys.readouterr().err


def test_canned_query_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "members", "--root", SMALL, "-p", "club=chess-club"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["person", "personLabel", "year", "passage"]
    assert lines[2].split() == ["id:ada", "Ada", "2001", "passage:letter/1"]
    assert lines[-1] == "(1 row)"


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "xml"])
def test_canned_query_prints_data(name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["query", "members", "--root", SMALL, "--format", name]) == 0
    assert b"https://example.org/mini/id/ada" in capfdbinary.readouterr().out


def test_query_file_and_standard_input_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.rq"
    path.write_text("ASK {}")
    assert main(["query", str(path), "--root", SMALL]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("ASK {}"))
    assert main(["query", "-", "--root", SMALL]) == 0
    assert capsys.readouterr().out.split() == ["yes", "yes"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "membrs"], "'membrs'. Did you mean members?"),
        (["query", "members", "-p", "club"], "NAME=VALUE"),
        (["query", "members", "-p", "clib=x"], "Did you mean club?"),
        (["query", "members", "--format", "png"], "no format 'png'"),
        (["query", "members", "--format", "turtle"], "SELECT and ASK answer in"),
        (["evidence", "id:adda"], "Did you mean ada?"),
        (["evidence", "--stamp"], "--source FILE"),
        (["evidence", "id:ada", "--source", "/nonexistent"], "can not be read"),
        (["check", "--source", "/nonexistent"], "can not be read"),
    ],
)
def test_mistake_is_told_and_nothing_runs(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--root", SMALL]) == 2
    output = capsys.readouterr()
    assert message in output.err
    assert "Traceback" not in output.err


def test_queries_are_listed_with_their_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["queries", "--root", SMALL]) == 0
    text = capsys.readouterr().out
    assert "people/members" in text
    assert "-p club=" in text


def test_evidence_shows_the_passage_beside_its_claims(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "id:chess-club", "--root", SMALL, "--source", LETTER]) == 0
    text = capsys.readouterr().out
    assert "2 | Ada joined the Chess Club" in text
    assert "digest holds" in text
    assert "data/claims/letter/letter.trig:" in text


def test_evidence_finds_claims_from_a_line_of_the_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--line", "5", "--root", SMALL]) == 0
    text = capsys.readouterr().out
    assert "passage:letter/2" in text
    assert "passage:letter/1" not in text


def test_evidence_says_where_a_digest_does_not_hold(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small / CLAIMS
    path.write_text(path.read_text().replace(':sha256 "', ':sha256 "0'))
    assert main(["evidence", "passage/letter/1", "--root", str(small), "--source", LETTER]) == 0
    assert "DIGEST DOES NOT HOLD" in capsys.readouterr().out


def test_stamp_fills_in_records_and_a_second_stamp_changes_nothing(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small / CLAIMS
    stamped = path.read_text()
    bare = stamped.replace("@prefix sec: <https://example.org/mini/source/letter#> .\n", "")
    for record in (1, 2):
        start = bare.index(f"source:letter {{\n  p:{record}")
        end = bare.index("}", start)
        lines = ":firstLine 2 ; :lastLine 3" if record == 1 else ":firstLine 4 ; :lastLine 5"
        bare = f"{bare[:start]}source:letter {{ p:{record} a :Passage ; {lines} . {bare[end:]}"
    path.write_text(bare)
    command = ["evidence", "--stamp", "--root", str(small), "--source", LETTER]
    assert main(command) == 0
    assert path.read_text() == stamped
    assert main(command) == 0
    assert "all records hold" in capsys.readouterr().out


def test_stamp_takes_no_omission_for_a_section(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (small / "data/sources/letter.ttl").open("a") as record:
        record.write("sec:lines-2-2 a :Omission ; :firstLine 2 ; :lastLine 2 .\n")
    assert main(["evidence", "--stamp", "--root", str(small), "--source", LETTER]) == 0
    assert "all records hold" in capsys.readouterr().out
    assert ":inSection sec:body" in (small / CLAIMS).read_text()


def test_build_writes_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--root", SMALL, "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "SHA256SUMS").is_file()
    assert main(["query", "members", "--release", str(tmp_path / "out")]) == 0
    assert "id:ada" in capsys.readouterr().out


def test_help_teaches() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "citydiplomacy.cli", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("check", "build", "serve", "query", "queries", "evidence", "examples:"):
        assert command in done.stdout
