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
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.evidence import SourceText
from citydiplomacy.names import Names
from citydiplomacy.submission.catalogue import Renderer, severity_of
from citydiplomacy.submission.judging import Settings, file_read, judge
from citydiplomacy.submission.problems import Place
from citydiplomacy.submission.published import Published, published_by_folder
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.syntaxes import Document, read
from citydiplomacy.submission.terms import Statement
from citydiplomacy.submission.uploads import Upload

PR_SET_PDEATHSIG = 1


def work(job: dict[str, Any], body: IO[bytes]) -> Report:
    """Judges one job: files, and perhaps a source text and shapes of the sender's own."""
    uploads = [Upload(one["name"], body.read(one["size"]), one["said"]) for one in job["files"]]
    source = SourceText(body.read(job["source"])) if job["source"] is not None else None
    published = published_by_folder(Path(job["folder"]), Names(job["base"], job["prefix"]), alone=job["alone"])
    settings = Settings(job["language"], source, job["reference"], job["most"], job["against"])
    if not job["shapes"]:
        return judge(uploads, published, settings)
    own = Upload(job["shapes"]["name"], body.read(job["shapes"]["size"]))
    return _judge_by(read(own), uploads, published, settings)


def _judge_by(shapes: Document, uploads: list[Upload], published: Published, settings: Settings) -> Report:
    """The verdict by shapes of the sender's own, and what is wrong with these: if they can not be used, only that."""
    from citydiplomacy.submission.linting import lint  # noqa: PLC0415 (needs pySHACL, which is slow to import)

    def locate(statement: Statement, part: str) -> tuple[str, Place]:
        return shapes.name, shapes.places.find(statement, part) or Place()

    wrong = lint(shapes, published)
    if all(one.code == "shapes-aimless" for one in wrong):
        report = judge(uploads, replace(published, shapes=tuple(shapes.statements)), settings)
    else:
        report = Report(settings.language, checked=["shapes"], against=settings.against)
    renderer = Renderer(published.names, settings.language, locate)
    report.files.append(file_read(shapes))
    report.add(sorted(map(renderer.finding, wrong)), [(one.code, severity_of(one)) for one in wrong])
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
