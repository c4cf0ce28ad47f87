"""Commands on releases: build, verify, diff."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.cli.common import CLEAN, FINDINGS, Command, clear, progress, repository_of

if TYPE_CHECKING:
    from citydiplomacy.release.building import Additions
    from citydiplomacy.release.changes import Changes
    from citydiplomacy.repository import Repository


def add_commands(command: Command) -> None:
    """Adds the commands to a parser, by ``command``."""
    _add_proofs(command)
    build = command(
        "build",
        _build,
        "make a release directory",
        "Dumps of the whole and of its parts in every RDF syntax, tables, catalogue, reports, queries, shapes and "
        "checksums. The same content makes the same bytes. What does not conform is told and reported, and published.",
    )
    build.add_argument("--out", type=Path, default=Path("build/release"), metavar="DIR", help="default: build/release")
    build.add_argument("--previous", type=Path, metavar="DIR", help="the release before: adds delta and change report")
    build.add_argument("--source", type=Path, metavar="FILE", help="your copy of a source text: adds the line account")
    unchecked = "leave out the verdict on the content (reports/), a fifth of the work"
    build.add_argument("--unchecked", action="store_true", help=unchecked)


def _add_proofs(command: Command) -> None:
    verify = command(
        "verify",
        _verify,
        "prove that a release directory is what it says",
        "Checksums, canonical form, and every file that follows from the data, made anew and compared. Exit code 0 all "
        "is well, 1 something differs, 2 no release.",
    )
    verify.add_argument("release", type=Path, metavar="DIR")
    diff = command(
        "diff",
        _diff,
        "tell what changed between two releases",
        "The RDF Patch is read, applied and the outcome compared by its canonical hash before it is shown.",
    )
    diff.add_argument("old", type=Path, metavar="OLD")
    diff.add_argument("new", type=Path, metavar="NEW")
    diff.add_argument("--format", choices=("text", "patch", "json", "html", "turtle"), default="text")
    diff.add_argument("--out", type=Path, metavar="DIR", help="write the patch and the report in each form into DIR")
    diff.add_argument("--most", type=int, default=20, metavar="N", help="entities of each kind as text (default 20)")


def _build(options: argparse.Namespace) -> int:
    from citydiplomacy.release.building import build

    repository = repository_of(options)
    additions = _additions(repository, options)
    release = build(repository, options.out, progress, additions)
    clear()
    print(f"{release.directory}: {release.version}, {release.statements} statements in {release.graphs} graphs")
    _warn(additions.reports.get("validation.json"))
    return CLEAN


def _warn(report: bytes | None) -> None:
    """Says where the content does not conform: a release of it is made all the same."""
    findings = json.loads(report)["findings"] if report else []
    wrong = sum(finding["severity"] == "violation" for finding in findings)
    if wrong:
        where = "see its reports/validation.json, or run: citydiplomacy check"
        print(f"The content does not conform, violations: {wrong} ({where})", file=sys.stderr)


def _additions(repository: Repository, options: argparse.Namespace) -> Additions:
    """The verdict's reports and lines, and the release before. HermiT is left to ``check``: it needs a Java, and a
    release's bytes must not depend on what else a machine has.
    """
    from citydiplomacy.checks import check, reports
    from citydiplomacy.release import open_release
    from citydiplomacy.release.building import Additions

    previous = open_release(options.previous) if options.previous else None
    if options.unchecked:
        return Additions(previous=previous)
    verdict = check(repository, None, options.source, progress, reference=False)
    return Additions(reports=reports(verdict, options.source), previous=previous, lines=verdict.lines)


def _verify(options: argparse.Namespace) -> int:
    from citydiplomacy.release import open_release
    from citydiplomacy.release.verifying import verify

    wrong = list(verify(options.release, progress))
    clear()
    for sentence in wrong:
        print(sentence)
    if not wrong:
        release = open_release(options.release)
        print(f"{options.release}: {release.version} holds, SHA-256 of data.nq {release.digest}")
    return FINDINGS if wrong else CLEAN


def _diff(options: argparse.Namespace) -> int:
    from citydiplomacy.release import open_release
    from citydiplomacy.release.changes import describe_changes
    from citydiplomacy.release.patch import delta
    from citydiplomacy.release.reporting import report_files

    old, new = open_release(options.old), open_release(options.new)
    before, after = old.lines(), new.lines()
    text = delta(old, before, new, after)
    changes = describe_changes(old, before, new, after)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, data in {"delta.rdfp": text.encode(), **report_files(changes)}.items():
            (options.out / name).write_bytes(data)
    sys.stdout.write(text if options.format == "patch" else _shown(changes, options.format, options.most))
    return CLEAN


def _shown(changes: Changes, form: str, most: int) -> str:
    from citydiplomacy.release.reporting import as_html, as_json, as_text, as_turtle

    if form == "json":
        return json.dumps(as_json(changes), ensure_ascii=False, indent=1) + "\n"
    if form == "html":
        return as_html(changes)
    if form == "turtle":
        return as_turtle(changes).decode()
    return "".join(f"{line}\n" for line in as_text(changes, most))
