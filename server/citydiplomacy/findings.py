"""What a check has to say: one finding, where it is, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """SHACL's three severities (https://www.w3.org/TR/shacl/#severity), by their plain names."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong. ``line`` and ``column`` count from 1; 0 where there is none.

    ``pointer`` is a JSON pointer where the file is JSON; ``fix`` the rows of an RDF Patch that would mend it, if known.
    """

    file: str
    line: int
    code: str
    message: str
    severity: Severity = Severity.VIOLATION
    column: int = 0
    focus_node: str = ""
    path: str = ""
    value: str = ""
    suggestion: str = ""
    pointer: str = ""
    fix: str = ""

    def text(self) -> str:
        """The finding on one line, in the form compilers use, so that editors can jump to it."""
        place = self.file + (f":{self.line}" if self.line else "") + (f":{self.column}" if self.column else "")
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"{place}: {self.severity}: {self.message}{hint} [{self.code}]"

    def as_json(self) -> dict[str, object]:
        """The finding under the names of the public contract."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "focusNode": self.focus_node,
            "path": self.path,
            "value": self.value,
            "suggestion": self.suggestion,
            "pointer": self.pointer,
            "fix": self.fix,
        }


def closest(word: str, choices: list[str]) -> str:
    """'did you mean X?' for the choice nearest to ``word``, or nothing where none is near."""
    near = get_close_matches(word, choices, n=1, cutoff=0.75)
    return f"did you mean {near[0]}?" if near else ""
