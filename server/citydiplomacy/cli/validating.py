"""The command that judges data: validate."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.cli.common import CLEAN, FAILED, FINDINGS, Command, clear, progress, repository_of, say

if TYPE_CHECKING:
    from citydiplomacy.submission.report import Report
    from citydiplomacy.submission.submitting import Job
    from citydiplomacy.submission.uploads import Upload


def add_commands(command: Command) -> None:
    """Adds the command to a parser, by ``command``."""
    validate = command(
        "validate",
        _validate,
        "judge data that is to be submitted",
        "Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML. Exit code 0 it conforms, 1 it does not, 2 no such file or "
        "no RDF that can be read. Nothing is stored.",
    )
    _add_options(validate)


def _add_options(validate: argparse.ArgumentParser) -> None:
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="- is standard input")
    validate.add_argument("--format", choices=("text", "json", "turtle", "sarif", "junit", "html"), default="text")
    validate.add_argument("--language", choices=("en", "de"), default="en", help="of messages (default en)")
    validate.add_argument(
        "--fix",
        action="store_true",
        help="write the safe fixes into the files, then judge them again (not in JSON-LD and RDF/XML: --patch)",
    )
    validate.add_argument("--patch", action="store_true", help="print the fixes as an RDF Patch instead of a report")
    validate.add_argument("--strict", action="store_true", help="warnings count as violations")
    validate.add_argument("--alone", action="store_true", help="judge against the ontology, not the published data")
    validate.add_argument(
        "--shapes", type=Path, metavar="FILE", help="shapes of your own instead of the published ones"
    )
    validate.add_argument("--source", type=Path, metavar="FILE", help="your copy of the source text, for the digests")
    validate.add_argument("--release", type=Path, metavar="DIR", help="judge against this release, not the content")
    validate.add_argument("--syntax", default="", metavar="S", help="turtle, trig, ntriples, nquads, jsonld or rdfxml")
    validate.add_argument(
        "--most", type=int, default=200, metavar="N", help="findings listed for each code (default 200)"
    )
    validate.add_argument("--timeout", type=float, default=600.0, metavar="S", help="seconds it may take (default 600)")
    validate.add_argument("--engine", choices=("fast", "reference"), default="fast", help="reference: pySHACL, slowly")


def _validate(options: argparse.Namespace) -> int:
    from citydiplomacy.submission.submitting import submit

    job = _job(options)
    progress("judging")
    report = submit(job)
    if options.fix:
        mended = _mend(job, report)
        clear()
        say(f"{mended} mended")
        job = _job(options)
        report = submit(job)
    clear()
    print(_written(options, job, report), end="")
    if not report.readable:
        return FAILED
    return CLEAN if report.conforms and not (options.strict and report.severities.get("warning")) else FINDINGS


def _written(options: argparse.Namespace, job: Job, report: Report) -> str:
    from citydiplomacy.submission.formats import write

    if options.patch:
        from citydiplomacy.submission.fixes import patch

        return patch(report.findings)
    texts = {one.name: one.data.decode("utf-8", "replace") for one in (*job.uploads, job.shapes) if one}
    return write(report, options.format, job.names, texts, strict=options.strict)


def _job(options: argparse.Namespace) -> Job:
    from citydiplomacy.submission.submitting import MIB, Bounds, Job

    if options.release:
        from citydiplomacy.release import open_release

        release = open_release(options.release)
        folder, names, against = release.directory, release.names, release.version
    else:
        repository = repository_of(options)
        folder, names, against = repository.root, repository.names, str(repository.root)
    return Job(
        uploads=tuple(_upload(path, options.syntax) for path in options.files),
        folder=folder,
        names=names,
        language=options.language,
        source=_upload(options.source, "").data if options.source else None,
        shapes=_upload(options.shapes, "") if options.shapes else None,
        alone=options.alone,
        reference=options.engine == "reference",
        most=options.most,
        against=against,
        bounds=Bounds(bytes=4096 * MIB, memory=16384 * MIB, seconds=options.timeout),
    )


def _upload(path: Path, syntax: str) -> Upload:
    from citydiplomacy.errors import RepositoryError
    from citydiplomacy.submission.uploads import Upload

    if str(path) == "-":
        return Upload("standard-input", sys.stdin.buffer.read(), syntax)
    try:
        return Upload(path.as_posix(), path.read_bytes(), syntax)
    except OSError as error:
        raise RepositoryError(f"{path} can not be read: {error.strerror}.") from error


def _mend(job: Job, report: Report) -> int:
    """Writes the safe fixes into the files, and says of which files it can not; how many there were."""
    from citydiplomacy.submission.fixes import mend
    from citydiplomacy.submission.syntaxes import MENDED

    total = 0
    syntaxes = {one.name: one.syntax for one in report.files}
    for one in job.uploads:
        found = [finding for finding in report.findings if finding.file == one.name]
        known = sum(bool(finding.fix) for finding in found)
        if known and syntaxes[one.name] not in MENDED:
            why = "there a term can be written in many ways, so that is left to you; --patch shows what is meant"
            say(f"{one.name}: {known} fixes are known and not written into {syntaxes[one.name]}: {why}")
        text, count = mend(one.data.decode("utf-8-sig", "replace"), syntaxes[one.name], found)
        if count:
            Path(one.name).write_text(text, encoding="utf-8", newline="")
            total += count
    return total
