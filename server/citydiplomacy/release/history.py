"""What a release carries of the one before it: the delta, the change report, and the event stream so far."""

from __future__ import annotations

import shutil

from citydiplomacy.release.changes import describe_changes
from citydiplomacy.release.directory import Release
from citydiplomacy.release.ldes import index_turtle, page_turtle, pages_of
from citydiplomacy.release.material import Material
from citydiplomacy.release.packing import write_packed
from citydiplomacy.release.patch import delta
from citydiplomacy.release.reporting import report_files


def write_history(material: Material, previous: Release | None) -> None:
    """Writes changes/ and ldes/ into a release that is being made. ``previous`` is the one that it says it follows.

    ``ldes/order.txt`` lists the versions, the oldest first: the first has no page, its dump is the start.
    """
    release = material.release
    folder = release.directory / "ldes"
    folder.mkdir()
    order = [release.version]
    if previous:
        order = [*(pages_of(previous.directory) or [previous.version]), release.version]
        for path in sorted((previous.directory / "ldes").glob("*.ttl")):
            if path.name != "index.ttl":
                shutil.copyfile(path, folder / path.name)
        _write_changes(release, material.lines, previous)
    (folder / "order.txt").write_text("".join(f"{one}\n" for one in order), encoding="utf-8")
    (folder / "index.ttl").write_bytes(index_turtle(material, order[0], order[1:]))


def _write_changes(release: Release, lines: list[str], previous: Release) -> None:
    before = previous.lines()
    changes = describe_changes(previous, before, release, lines)
    page = release.directory / "ldes" / f"{release.version}.ttl"
    page.write_bytes(page_turtle(changes, lines))
    folder = release.directory / "changes"
    write_packed(folder / "delta.rdfp", delta(previous, before, release, lines).encode())
    for name, data in report_files(changes).items():
        (folder / name).write_bytes(data)
