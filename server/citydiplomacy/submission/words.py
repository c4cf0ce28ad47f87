"""What reports say in the reader's language, besides the findings themselves."""

from __future__ import annotations

from citydiplomacy.submission.report import Report

WORDS = {
    "en": {
        "title": "Verdict on submitted data",
        "conforms": "The data conforms.",
        "fails": "The data does not conform.",
        "violation": "violations",
        "warning": "warnings",
        "info": "notes",
        "files": "read as",
        "header": "by its media type",
        "suffix": "by its name",
        "content": "by its content",
        "statements": "statements",
        "checked": "checked",
        "skipped": "not checked",
        "shapes": "shapes that looked at something",
        "aimless": "shapes that found nothing to look at",
        "graphs": "graphs",
        "unlisted": "more of the same kind are counted, not listed",
        "column": "column",
        "fix": "can be mended by --fix",
        "engine": "shapes judged by",
    },
    "de": {
        "title": "Urteil über eingesandte Daten",
        "conforms": "Die Daten sind in Ordnung.",
        "fails": "Die Daten sind nicht in Ordnung.",
        "violation": "Verstöße",
        "warning": "Warnungen",
        "info": "Hinweise",
        "files": "gelesen als",
        "header": "nach dem Medientyp",
        "suffix": "nach dem Namen",
        "content": "nach dem Inhalt",
        "statements": "Aussagen",
        "checked": "geprüft",
        "skipped": "nicht geprüft",
        "shapes": "Shapes, die etwas angesehen haben",
        "aimless": "Shapes, die nichts zum Ansehen fanden",
        "graphs": "Graphen",
        "unlisted": "weitere derselben Art sind gezählt, nicht aufgeführt",
        "column": "Spalte",
        "fix": "mit --fix zu beheben",
        "engine": "Shapes beurteilt von",
    },
}
ONE = {  # of a kind
    "en": {"violation": "violation", "warning": "warning", "info": "note"},
    "de": {"violation": "Verstoß", "warning": "Warnung", "info": "Hinweis"},
}
CHECKS = {
    "syntax": {"en": "syntax", "de": "Syntax"},
    "vocabulary": {"en": "terms", "de": "Begriffe"},
    "references": {"en": "references", "de": "Verweise"},
    "duplicates": {"en": "duplicates", "de": "Dubletten"},
    "evidence": {"en": "evidence", "de": "Belege"},
    "texts": {"en": "texts", "de": "Texte"},
    "shapes": {"en": "shapes", "de": "Shapes"},
    "rest": {"en": "shapes, what else they find", "de": "Shapes, was sie sonst noch finden"},
    "consistency": {"en": "consistency with the ontology", "de": "Widerspruchsfreiheit mit der Ontologie"},
    "digests": {"en": "digests", "de": "Prüfsummen"},
}


def check_name(name: str, language: str) -> str:
    """A check's name for people."""
    return CHECKS.get(name, {}).get(language, name)


def summary(report: Report) -> list[str]:
    """What was read, what was checked and how much of it: one line each, for people."""
    words = WORDS[report.language]
    lines = []
    for one in report.files:
        known = words[one.known_by]
        lines.append(f"{one.name}: {words['files']} {one.syntax} ({known}), {one.statements} {words['statements']}")
    lines.append(f"{words['checked']}: " + ", ".join(check_name(one, report.language) for one in report.checked))
    lines += [f"{words['skipped']}: {check_name(one, report.language)} ({why})" for one, why in report.skipped.items()]
    if report.shapes:
        seen = len(report.shapes) - len(report.aimless)
        lines.append(f"{words['shapes']}: {seen} ({words['engine']} {report.engine})")
        lines.append(f"{words['aimless']}: {_short(report.aimless)}")
    if report.graphs:
        lines.append(f"{words['graphs']}: {_short(list(report.graphs), 5)}")
    if report.unlisted:
        lines.append(f"{report.unlisted} {words['unlisted']}")
    return lines


def totals(report: Report) -> str:
    """The verdict in one line."""
    words = WORDS[report.language]
    counts = {name: report.severities.get(name, 0) for name in ONE[report.language]}
    told = [f"{count} {(ONE[report.language] if count == 1 else words)[name]}" for name, count in counts.items()]
    return f"{words['conforms'] if report.conforms else words['fails']} {', '.join(told)}"


def _short(names: list[str], most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return f"{len(names)} ({shown}{' …' if len(names) > most else ''})" if names else "0"
