"""A report as one HTML page that needs nothing else: no script, no outside file."""

from __future__ import annotations

from html import escape

from citydiplomacy.submission.catalogue import Reported, codes
from citydiplomacy.submission.places import Lines
from citydiplomacy.submission.report import Report
from citydiplomacy.submission.words import ONE, WORDS, summary, totals

PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ overflow-x: auto; padding: .6rem; border: 1px solid #8886 }}
mark {{ background: #fd06; color: inherit }}
li {{ margin-bottom: 1.2rem }}
.place {{ font-family: monospace }}
.violation {{ color: #c22 }}
.warning {{ color: #a60 }}
</style></head>
<body><h1>{title}</h1><p><strong>{totals}</strong></p>
{findings}<ul>{summary}</ul></body></html>
"""


def write(report: Report, texts: dict[str, str]) -> str:
    """The report as a page. ``texts`` are the files' texts by name, to show the lines."""
    lines = {name: Lines(text) for name, text in texts.items()}
    items = "".join(f"<li>{finding_html(one, lines, report.language)}</li>\n" for one in report.findings)
    return PAGE.format(
        language=report.language,
        title=escape(WORDS[report.language]["title"]),
        totals=escape(totals(report)),
        findings=f"<ol>{items}</ol>\n" if items else "",
        summary="".join(f"<li>{escape(line)}</li>" for line in summary(report)),
    )


def finding_html(finding: Reported, lines: dict[str, Lines], language: str) -> str:
    """One finding: its place, what it says, what would be right, and the line with what is meant marked."""
    known = codes().get(finding.code)
    title = f"{known.title[language]} " if known else ""
    place = (
        finding.file
        + (f":{finding.line}:{finding.column}" if finding.line else "")
        + (f" {finding.pointer}" if finding.pointer else "")
    )
    said = ONE[language][finding.severity]
    parts = [
        f'<span class="place">{escape(place)}</span> <span class="{finding.severity}">{said}</span> ',
        f"<strong>{escape(title)}</strong>[{escape(finding.code)}]<br>{escape(finding.message)}",
        f"<br>→ {escape(finding.suggestion)}" if finding.suggestion else "",
    ]
    source = lines[finding.file].line(finding.line) if finding.file in lines and finding.line else ""
    if source:
        parts.append(f"<pre>{marked(source, finding.column, finding.length)}</pre>")
    return "".join(parts)


def marked(source: str, column: int, length: int) -> str:
    """A line of a file as HTML, with what is meant marked; long lines are cut."""
    start, end = column - 1, column - 1 + max(length, 1)
    low, high = max(0, start - 120), end + 120
    cut = ("… " if low else ""), (" …" if high < len(source) else "")
    return (
        f"{cut[0]}{escape(source[low:start])}<mark>{escape(source[start:end])}</mark>{escape(source[end:high])}{cut[1]}"
    )
