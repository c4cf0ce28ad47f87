"""Hands a submission to a process of its own, with limits of time, memory and size, and takes back the report.

Nothing that was sent is written anywhere: it goes through pipes, and the process ends with its job.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from citydiplomacy import errors
from citydiplomacy.errors import BodyTooBig, SubmissionTooBig, UnsupportedMediaType
from citydiplomacy.names import Names
from citydiplomacy.submission.report import Report, load
from citydiplomacy.submission.uploads import Upload

MIB = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """What a judgement may use: bytes of all files together (unpacked), memory, seconds."""

    bytes: int = 32 * MIB
    memory: int = 3072 * MIB
    seconds: float = 60.0


@dataclass(frozen=True)
class Job:
    """Files, what to judge them against (the folder of a release or a repository), and how."""

    uploads: tuple[Upload, ...]
    folder: Path
    names: Names
    language: str = "en"
    source: bytes | None = None
    shapes: Upload | None = None
    alone: bool = False
    reference: bool = False
    most: int = 200
    against: str = ""
    bounds: Bounds = field(default_factory=Bounds)


def submit(job: Job) -> Report:
    """The report on a job. Raises BodyTooBig, SubmissionTooBig, UnsupportedMediaType or BadParameter."""
    parts = [one.data for one in job.uploads]
    parts += [job.source] if job.source is not None else []
    parts += [job.shapes.data] if job.shapes else []
    total = sum(map(len, parts))
    if total > job.bounds.bytes:
        raise BodyTooBig(f"{total} bytes were sent; at most {job.bounds.bytes} are judged at once. Send fewer files.")
    command = [sys.executable, "-m", "citydiplomacy.submission.worker", str(job.bounds.memory)]
    command.append(str(int(job.bounds.seconds * 4) + 1))
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2", "PYTHONHASHSEED": "0"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            answer, _ = process.communicate(_header(job) + b"".join(parts), timeout=job.bounds.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise SubmissionTooBig(
                f"Judging was stopped after {job.bounds.seconds:g} seconds. Send the data in parts."
            ) from None
    return _report(answer)


def _header(job: Job) -> bytes:
    shapes = {"name": job.shapes.name, "size": len(job.shapes.data)} if job.shapes else None
    header = {
        "files": [{"name": one.name, "size": len(one.data), "said": one.said} for one in job.uploads],
        "source": len(job.source) if job.source is not None else None,
        "shapes": shapes,
        "folder": str(job.folder),
        "base": job.names.base,
        "prefix": job.names.prefix,
        "alone": job.alone,
        "language": job.language,
        "reference": job.reference,
        "most": job.most,
        "against": job.against,
    }
    return json.dumps(header).encode() + b"\n"


def _report(answer: bytes) -> Report:
    try:
        known = json.loads(answer)
    except ValueError:
        known = {"error": "too big"}
    if "error" not in known:
        return load(answer.decode())
    if known["error"] == "fault":
        raise RuntimeError(f"a fault in judging: {known['detail']}")
    kind = getattr(errors, known["error"], None)
    if kind is None:
        raise SubmissionTooBig("Judging needed more memory than it may have, or the data nests too deep.")
    raise kind(known["detail"])


def unpack(data: bytes, encoding: str, most: int) -> bytes:
    """A body without its Content-Encoding. BodyTooBig as soon as more than ``most`` bytes come out of it."""
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        detail = f"The content encoding {encoding} is not read here; gzip is."
        raise UnsupportedMediaType(detail, taken={"Accept-Encoding": "gzip, deflate"})
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        unpacked = unpacking.decompress(data, most + 1)
    except zlib.error as error:
        raise UnsupportedMediaType(f"The body is said to be {encoding} and is not: {error}") from None
    if len(unpacked) > most:
        raise BodyTooBig(f"The body unpacks to more than the {most} bytes that are judged at once.")
    return unpacked
