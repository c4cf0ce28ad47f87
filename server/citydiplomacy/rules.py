"""Rules about ontology and labels, one SPARQL file each in ``rules/``: every row of its answer breaks the rule.

A rule's first line is ``# `` and the sentence it enforces; an optional second line ``# severity: warning`` softens it.
It selects ``?subject`` and, where it helps, ``?value`` (named in the finding). The prefix ``term:`` is the ontology's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from citydiplomacy.content import Content
from citydiplomacy.findings import Finding, Severity
from citydiplomacy.reading import LocatedQuad
from citydiplomacy.store import Store, select

FOLDER = Path(__file__).resolve().parent / "rules"
SEVERITY = re.compile(r"^# severity: (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Rule:
    """One rule: its code (the file's name), the sentence it enforces, and the query whose rows break it."""

    code: str
    sentence: str
    severity: Severity
    query: str


def read_rules(folder: Path = FOLDER) -> list[Rule]:
    """All rules of a folder, by code."""
    rules = []
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        severity = SEVERITY.search(text)
        rules.append(
            Rule(
                code=path.stem,
                sentence=text.splitlines()[0].removeprefix("# "),
                severity=Severity(severity[1]) if severity else Severity.VIOLATION,
                query=text,
            )
        )
    return rules


def check_rules(store: Store, content: Content, rules: list[Rule]) -> list[Finding]:
    """What breaks the rules, each at the line where its subject is first stated."""
    places: dict[str, LocatedQuad] = {}
    for quad in content.quads:
        places.setdefault(str(quad.subject), quad)
    findings = []
    prefixes = {**content.names.prefixes, "term": content.names.ontology + "#"}
    for rule in rules:
        for row in select(store, rule.query, prefixes):
            subject, value = row.get("subject", ""), row.get("value", "")
            place = places.get(subject)
            shown = content.names.shorten(subject) if subject else "ontology"
            findings.append(
                Finding(
                    file=place.file if place else "ontology",
                    line=place.line if place else 0,
                    code=rule.code,
                    message=f"{shown}: {rule.sentence}" + (f" ({value})" if value else ""),
                    severity=rule.severity,
                    focus_node=subject,
                    value=value,
                )
            )
    return sorted(findings)
