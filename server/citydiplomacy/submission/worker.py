"""The process in which a submission is judged: it may be killed at any time, and keeps nothing.

``python -m citydiplomacy.submission.worker MEMORY SECONDS`` reads a job from standard input: a line of JSON, then the
bytes it announces. It writes one line of JSON: a report, or an error of ours.
"""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.evidence import SourceText
from citydiplomacy.names import Names
from citydiplomacy.submission.catalogue import Renderer
from citydiplomacy.submission.judging import Settings, judge
from citydiplomacy.submission.problems import Place
from citydiplomacy.submission.published import Published, published_by_folder
from citydiplomacy.submission.report import FileRead, Report, counted
from citydiplomacy.submission.syntaxes import Document, Upload, read
from citydiplomacy.submission.terms import Statement

PR_SET_PDEATHSIG = 1


def work(job: dict[str, Any], body: IO[bytes]) -> Report:
    """Judges one job: files, and perhaps a source text and shapes of the sender's own."""
    uploads = [Upload(one["name"], body.read(one["size"]), one["said"]) for one in job["files"]]
    source = SourceText(body.read(job["source"])) if job["source"] is not None else None
    own = Upload("shapes", body.read(job["shapes"]["size"]), "") if job["shapes"] else None
    published = published_by_folder(Path(job["folder"]), Names(job["base"], job["prefix"]), alone=job["alone"])
    if own:
        document = read(Upload(job["shapes"]["name"], own.data))
        from citydiplomacy.submission.linting import lint  # noqa: PLC0415 (needs pySHACL, which is slow to import)

        wrong = lint(document, published)
        if any(one.code != "shapes-aimless" for one in wrong):
            return _on_shapes(document, wrong, published, job["language"])
        published = Published(published.names, published.ontology, published.data, tuple(document.statements))
    settings = Settings(job["language"], source, job["reference"], job["most"], job["against"])
    return judge(uploads, published, settings)


def _on_shapes(document: Document, wrong: list[Any], published: Published, language: str) -> Report:
    """The report on shapes that can not be used: nothing was judged with them."""

    def locate(statement: Statement, part: str) -> tuple[str, Place]:
        return document.name, document.places.find(statement, part) or Place()

    renderer = Renderer(published.names, language, locate)
    report = Report(language, [FileRead(document.name, document.syntax, document.known_by, len(document.statements))])
    report.findings = sorted(renderer.finding(one) for one in wrong)
    for one in report.findings:
        report.counts[one.code] = report.counts.get(one.code, 0) + 1
    report.severities = counted([one.severity for one in report.findings])
    report.checked.append("shapes")
    return report


def main(arguments: list[str]) -> int:
    """Limits itself, does one job, and ends."""
    memory, seconds = int(arguments[0]), int(arguments[1])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()  # one short job: looking for cycles would take a fifth of it
    job = json.loads(sys.stdin.buffer.readline())
    try:
        answer = work(job, sys.stdin.buffer).dump()
    except CityDiplomacyError as error:
        answer = json.dumps({"error": type(error).__name__, "detail": error.detail})
    except (MemoryError, RecursionError):
        answer = json.dumps({"error": "too big", "detail": ""})
    except Exception as error:  # noqa: BLE001 (a fault of ours: told by its place, without a word of what was sent)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"
        answer = json.dumps({"error": "fault", "detail": where})
    sys.stdout.write(answer + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
