"""The verdict on a submission: reads it, runs every check, drops what only follows, finds places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from citydiplomacy.evidence import SourceText
from citydiplomacy.shapes_engine import MOST
from citydiplomacy.submission.catalogue import Renderer, codes, severity_of
from citydiplomacy.submission.consequences import drop_consequences
from citydiplomacy.submission.consistency import check_consistency
from citydiplomacy.submission.duplicates import check_duplicates
from citydiplomacy.submission.passages import check_passages
from citydiplomacy.submission.problems import Gathered, Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.references import check_references
from citydiplomacy.submission.report import FileRead, Report
from citydiplomacy.submission.sanity import check_texts
from citydiplomacy.submission.shapes import check_shapes, coverage
from citydiplomacy.submission.standing import Submission
from citydiplomacy.submission.syntaxes import MENDED, Document, read
from citydiplomacy.submission.terms import Statement
from citydiplomacy.submission.uploads import Upload
from citydiplomacy.submission.values import check_values
from citydiplomacy.submission.vocabulary import Vocabulary

MOST_A_CODE = 200
CHECKS = ("syntax", "vocabulary", "references", "duplicates", "evidence", "texts", "shapes", "consistency")
NO_SOURCE = {
    "en": "the source text was not sent along (--source FILE)",
    "de": "der Quelltext wurde nicht mitgeschickt (--source FILE)",
}
STOPPED = {
    "en": f"they found {MOST} results; mend these, then check again",
    "de": f"sie ergaben {MOST} Befunde; nach deren Behebung erneut prüfen",
}
NOT_READ = {"en": "a file could not be read to its end", "de": "eine Datei war nicht bis zum Ende lesbar"}
ALONE = {"en": "the files are judged by themselves (--alone)", "de": "die Dateien werden für sich beurteilt (--alone)"}


@dataclass(frozen=True)
class Settings:
    """How to judge: the language of messages, the source text where it is there, which engine for the shapes."""

    language: str = "en"
    source: SourceText | None = None
    reference: bool = False
    most: int = MOST_A_CODE
    against: str = ""


def judge(uploads: Iterable[Upload], published: Published, settings: Settings | None = None) -> Report:
    """The verdict on some files, taken together. UnsupportedMediaType where one is said to be no RDF."""
    settings = settings or Settings()
    documents = [read(upload) for upload in uploads]
    report = Report(settings.language, against=settings.against)
    report.files = [file_read(one) for one in documents]
    report.checked.append("syntax")
    submission = Submission(documents, published)
    found = Gathered([problem for document in documents for problem in document.problems])
    if found.kept:
        report.skipped = dict.fromkeys(CHECKS[1:], NOT_READ[settings.language])
    else:
        found = _check(submission, published, settings, report)
    found.kept += [remark for document in documents for remark in document.remarks]
    _fill(report, submission, found, settings)
    return report


def file_read(document: Document) -> FileRead:
    """What a report says of a file."""
    return FileRead(document.name, document.syntax, document.known_by, len(document.statements))


def _check(submission: Submission, published: Published, settings: Settings, report: Report) -> Gathered:
    """Runs all checks that look at statements."""
    found = Gathered()
    vocabulary = Vocabulary(published)
    found.take(vocabulary.check(submission.statements))
    submission.mend(vocabulary.instead)
    submission.place()
    references = found.take(check_references(submission.statements, published))
    submission.mend({one.term: one.instead for one in references if one.instead})
    texts = found.take(check_texts(submission.statements))
    submission.mend_texts([one for one in texts if one.code == "language-tag"])
    statements = submission.statements
    broken, engine, whole = check_shapes(statements, published, reference=settings.reference)
    found.take(check_duplicates(statements, published))
    found.take(check_passages(statements, published, settings.source))
    found.take(check_consistency(statements, published))
    found.take(check_values(statements, published))
    found.kept += broken
    report.engine, report.shapes = engine, coverage(statements, published)
    if not whole:
        report.skipped["rest"] = STOPPED[settings.language]
    _tell(report, statements, published, settings)
    return Gathered([submission.as_sent(one) for one in drop_consequences(found.kept, published)], found.more)


def _tell(report: Report, statements: list[Statement], published: Published, settings: Settings) -> None:
    """What was checked, in which graphs, and what was not checked and why."""
    counts = Counter([one[3] for one in statements])
    report.graphs = {graph[1:-1]: count for graph, count in sorted(counts.items()) if graph}
    report.checked += CHECKS[1:]
    if settings.source is None:
        report.skipped["digests"] = NO_SOURCE[settings.language]
    if not published.data:
        report.skipped["duplicates"] = ALONE[settings.language]
        report.checked.remove("duplicates")


def _fill(report: Report, submission: Submission, gathered: Gathered, settings: Settings) -> None:
    """Counts the problems, each once, and lists the first of each code in words, in the order of the files."""
    distinct = list({(one, *one.values.items()): one for one in gathered.kept}.values())
    listed = list(_most(distinct, settings.most))
    submission.look_for(listed)
    renderer = Renderer(submission.published.names, settings.language, submission.locate)
    order = {one.name: number for number, one in enumerate(submission.documents)}
    mended = {one.name for one in submission.documents if one.syntax in MENDED}
    rendered = (renderer.finding(one) for one in listed)
    found = sorted(
        (replace(one, safe=one.safe and one.file in mended) for one in rendered),
        key=lambda one: (order.get(one.file, 0), one.line, one.column, one),
    )
    more = ((code, codes()[code].severity) for code in gathered.more.elements())
    report.add(found, chain(((one.code, severity_of(one)) for one in distinct), more))


def _most(problems: list[Problem], most: int) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= most:
            yield problem
