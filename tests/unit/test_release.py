"""Releases: the same content, the same bytes, whole or not at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from citydiplomacy.errors import ReleaseError
from citydiplomacy.release import Release, open_release
from citydiplomacy.release.building import build
from citydiplomacy.repository import open_repository


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_in_two_folders_are_the_same_bytes(small: Path, small_release: Release, tmp_path: Path) -> None:
    again = build(open_repository(small), tmp_path / "elsewhere" / "release")
    assert bytes_of(again.directory) == bytes_of(small_release.directory)


def test_two_clean_builds_on_different_paths_have_the_same_checksums(small: Path, tmp_path: Path) -> None:
    sums = []
    for seed in ("1", "2"):  # the order of sets differs, too
        root, out = tmp_path / seed / "root", tmp_path / f"out-{seed}" / "release"
        shutil.copytree(small, root)
        command = [sys.executable, "-m", "citydiplomacy.cli", "build", "--root", str(root), "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": seed})
        sums.append((out / "SHA256SUMS").read_text())
    assert "reports/validation.json" in sums[0]
    assert sums[0] == sums[1]


def test_checksums_are_those_of_the_files(small_release: Release) -> None:
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=small_release.directory, check=False).returncode == 0


def test_n_quads_are_sorted_and_free_of_doubles(small_release: Release) -> None:
    lines = small_release.data.read_text().splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == small_release.statements


def test_changed_content_changes_the_version(small: Path, small_release: Release, tmp_path: Path) -> None:
    path = small / "data/editorial.trig"
    path.write_text(path.read_text().replace("Eva", "Ewa"))
    assert build(open_repository(small), tmp_path / "out").version != small_release.version


def test_rebuilding_replaces_the_old_release(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = build(open_repository(small), out)
    path = small / "data/editorial.trig"
    path.write_text(path.read_text().replace("Eva", "Ewa"))
    second = build(open_repository(small), out)
    assert first.version != second.version
    assert open_release(out) == second
    assert [child.name for child in tmp_path.iterdir() if child.name.startswith(".building")] == []


def test_folder_that_is_something_else_is_left_alone(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="not empty"):
        build(open_repository(small), out)
    assert bytes_of(out) == {"thesis.txt": b"mine"}


def test_broken_content_builds_nothing(small: Path, tmp_path: Path) -> None:
    (small / "data/claims/letter/letter.trig").write_text("nonsense")
    with pytest.raises(ReleaseError, match=r"letter\.trig:1"):
        build(open_repository(small), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_release_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no release directory"):
        open_release(tmp_path)
    (tmp_path / "release.json").write_text('{"version": "1"}')
    with pytest.raises(ReleaseError):
        open_release(tmp_path)
