"""What a judgement says: every finding, what was checked and how much of it, and what was not checked and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from citydiplomacy.findings import Severity
from citydiplomacy.submission.catalogue import Reported

ORDER = (Severity.VIOLATION, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class FileRead:
    """A file as it was read; ``known_by`` is ``header``, ``suffix`` or ``content``."""

    name: str
    syntax: str
    known_by: str
    statements: int


@dataclass
class Report:
    """One verdict. ``counts`` counts every problem by code, also those past the most that are listed.

    ``shapes`` says how many things of the submission each shape looked at; ``skipped`` what was not checked, and why.
    """

    language: str = "en"
    files: list[FileRead] = field(default_factory=list)
    findings: list[Reported] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    severities: dict[str, int] = field(default_factory=dict)
    checked: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=dict)
    graphs: dict[str, int] = field(default_factory=dict)
    engine: str = ""
    against: str = ""

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings say what most likely was forgotten."""
        return not self.severities.get("violation")

    @property
    def readable(self) -> bool:
        """Whether every file could be read."""
        return not any(code.startswith("syntax") or code in UNREADABLE for code in self.counts)

    @property
    def unlisted(self) -> int:
        """How many problems were counted but are not listed."""
        return sum(self.counts.values()) - len(self.findings)

    @property
    def aimless(self) -> list[str]:
        """Shapes that found nothing to look at."""
        return [code for code, count in self.shapes.items() if not count]

    def add(self, findings: Iterable[Reported], counted: Iterable[tuple[str, Severity]]) -> None:
        """Lists findings, and counts code and severity of every problem, listed or not."""
        self.findings += findings
        for code, severity in counted:
            self.counts[code] = self.counts.get(code, 0) + 1
            self.severities[str(severity)] = self.severities.get(str(severity), 0) + 1
        self.counts = dict(sorted(self.counts.items()))

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "conforms": self.conforms,
            "counts": {str(one): self.severities.get(str(one), 0) for one in ORDER},
            "codes": self.counts,
            "unlisted": self.unlisted,
            "findings": [{**one.as_json(), "safe": one.safe, "shape": one.shape} for one in self.findings],
            "files": [asdict(one) for one in self.files],
            "checked": self.checked,
            "skipped": self.skipped,
            "shapes": self.shapes,
            "graphs": self.graphs,
            "engine": self.engine,
            "against": self.against,
            "language": self.language,
        }

    def dump(self) -> str:
        """The report as one JSON text that ``load`` takes."""
        return json.dumps(asdict(self), ensure_ascii=True)


UNREADABLE = {"not-utf-8", "xml-entity", "remote-context"}


def load(text: str) -> Report:
    """The report that ``dump`` wrote."""
    raw = json.loads(text)
    raw["files"] = [FileRead(**one) for one in raw["files"]]
    raw["findings"] = [Reported(**{**one, "severity": Severity(one["severity"])}) for one in raw["findings"]]
    return Report(**raw)
