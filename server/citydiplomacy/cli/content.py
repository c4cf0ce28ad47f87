"""Commands on the content: check, evidence, coverage."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.cli.common import CLEAN, FINDINGS, Command, clear, progress, repository_of, say
from citydiplomacy.repository import Repository

if TYPE_CHECKING:
    from citydiplomacy.content import Content
    from citydiplomacy.evidence import SourceText


def add_commands(command: Command) -> None:
    """Adds the commands to a parser, by ``command``."""
    _add_gates(command)
    _add_evidence(command)


def _add_gates(command: Command) -> None:
    check = command(
        "check",
        _check,
        "run every gate on the content",
        "Syntax, rules about graphs, ontology rules, SHACL shapes, canned queries, OWL consistency and, with a copy of "
        "the source text, every passage's digest. Exit code 0 clean, 1 violations, 2 could not run.",
    )
    check.add_argument("--source", type=Path, metavar="FILE", help="your copy of the source text")
    check.add_argument("--strict", action="store_true", help="warnings count as violations")
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.add_argument("--most", type=int, default=200, metavar="N", help="findings shown as text (default 200)")


def _add_evidence(command: Command) -> None:
    evidence = command(
        "evidence",
        _evidence,
        "show where a thing or claim comes from",
        "THING is an IRI, id:NAME, NAME, or passage/DOCUMENT/NUMBER; without one, all passages are listed. With a copy "
        "of the source its lines are shown beside the claims, and whether their digest holds.",
    )
    evidence.add_argument("thing", nargs="?", metavar="THING")
    evidence.add_argument("--source", type=Path, metavar="FILE", help="your copy of the source text")
    evidence.add_argument("--line", type=int, metavar="N", help="what the passages that use line N say")
    evidence.add_argument("--stamp", action="store_true", help="write section, page and digest into all records")
    coverage = command(
        "coverage",
        _coverage,
        "account for every line of a source document",
        "Says what each line is used for, or why it is not, and lists the places where the text names a thing that no "
        "claim from there is about. Exit code 0 when every line is accounted for, 1 otherwise.",
    )
    coverage.add_argument("--source", type=Path, metavar="FILE", required=True, help="your copy of the source text")
    coverage.add_argument("--format", choices=("text", "json"), default="text")
    coverage.add_argument("--most", type=int, default=50, metavar="N", help="unused mentions shown (default 50)")


def _check(options: argparse.Namespace) -> int:
    from citydiplomacy.checks import check
    from citydiplomacy.reasoning import find_java

    verdict = check(repository_of(options), find_java, options.source, progress)
    clear()
    if options.format == "json":
        print(json.dumps([finding.as_json() for finding in verdict.findings], indent=2, ensure_ascii=False))
    else:
        for finding in verdict.findings[: options.most]:
            print(finding.text())
        if len(verdict.findings) > options.most:
            print(f"... and {len(verdict.findings) - options.most} more (--most N shows more)")
    for what in verdict.skipped:
        say(f"not checked: {what}")
    say(f"checked: {'; '.join(verdict.checked)}")
    counts = {severity: sum(f.severity == severity for f in verdict.findings) for severity in ("violation", "warning")}
    say(f"{counts['violation']} violations, {counts['warning']} warnings")
    return FINDINGS if counts["violation"] or (options.strict and counts["warning"]) else CLEAN


def _evidence(options: argparse.Namespace) -> int:
    from citydiplomacy.content import read_content
    from citydiplomacy.errors import RepositoryError
    from citydiplomacy.evidence import read_source
    from citydiplomacy.tracing import render, trace, trace_line

    repository = repository_of(options)
    source = read_source(options.source) if options.source else None
    content = read_content(repository)
    if options.stamp:
        if source is None:
            raise RepositoryError("--stamp needs the source text: --source FILE")
        return _stamp(repository, content, source)
    if options.line:
        traces = trace_line(content, options.line)
        if not traces:
            say(f"No passage uses line {options.line}.")
    elif options.thing:
        traces = trace(content, options.thing)
    else:
        passages = sorted(content.passages.values(), key=lambda one: (one.document, one.ranges))
        for one in passages:
            claims = len(content.by_graph.get(one.iri, []))
            print(f"{content.names.shorten(one.iri)}  lines {one.lines}  page {one.page}  {claims} claims")
        return CLEAN
    for line in render(content, traces, source):
        print(line)
    return CLEAN if traces else FINDINGS


def _coverage(options: argparse.Namespace) -> int:
    from citydiplomacy.content import read_content
    from citydiplomacy.coverage import UNACCOUNTED, cover, render
    from citydiplomacy.evidence import read_source

    content = read_content(repository_of(options))
    progress("looking for mentions")
    coverage = cover(content, read_source(options.source))
    clear()
    if options.format == "json":
        print(json.dumps(coverage.as_json(), indent=1, ensure_ascii=False))
    else:
        for line in render(content, coverage, options.most):
            print(line)
    return FINDINGS if UNACCOUNTED in coverage.counts else CLEAN


def _stamp(repository: Repository, content: Content, source: SourceText) -> int:
    from citydiplomacy.records import sections, stamp_file

    for document in content.documents_of(source):
        folder = repository.root / "data" / "claims" / document.removeprefix(content.names.sources)
        known = sections(content, document)
        changed = [path for path in sorted(folder.glob("*.trig")) if stamp_file(path, source, known, document)]
        for path in changed:
            print(f"stamped {repository.relative(path)}")
        if not changed:
            print(f"{folder}: all records hold")
    return CLEAN
