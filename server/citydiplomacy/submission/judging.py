"""The verdict on a submission: reads it, runs every check, drops what only follows, finds places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from citydiplomacy.evidence import SourceText
from citydiplomacy.submission.catalogue import Renderer, severity_of
from citydiplomacy.submission.consequences import drop_consequences
from citydiplomacy.submission.consistency import check_consistency
from citydiplomacy.submission.duplicates import check_duplicates
from citydiplomacy.submission.passages import check_passages, place_records
from citydiplomacy.submission.problems import Place, Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.references import check_references
from citydiplomacy.submission.report import FileRead, Report
from citydiplomacy.submission.sanity import check_texts
from citydiplomacy.submission.shapes import check_shapes, coverage
from citydiplomacy.submission.syntaxes import Document, read
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
    submission = _Submission(documents, published)
    problems = [problem for document in documents for problem in document.problems]
    if problems:
        report.skipped = dict.fromkeys(CHECKS[1:], NOT_READ[settings.language])
    else:
        problems = _check(submission, published, settings, report)
    problems += [remark for document in documents for remark in document.remarks]
    _fill(report, submission, problems, settings)
    return report


def file_read(document: Document) -> FileRead:
    """What a report says of a file."""
    return FileRead(document.name, document.syntax, document.known_by, len(document.statements))


@dataclass
class _Submission:
    """The documents, their statements as they are judged, and the way back to how they were sent."""

    documents: list[Document]
    published: Published
    sent: dict[Statement, Statement] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = self.documents[0].statements if self.documents else []
        self.statements = first if len(self.documents) == 1 else [x for one in self.documents for x in one.statements]

    def mend(self, instead: dict[str, str]) -> None:
        """Judges from now on as if these terms had been written right."""
        if instead:
            self._change(
                {one: _replaced(one, instead) for one in self.statements if not instead.keys().isdisjoint(one)}
            )

    def mend_texts(self, problems: list[Problem]) -> None:
        """Judges from now on as if these texts had the right language."""
        self._change({x.statement: (*x.statement[:2], x.instead, x.statement[3]) for x in problems if x.instead})

    def place(self) -> None:
        """Puts records that stand in no graph where they belong."""
        self._change(place_records(self.statements, self.published))

    def _change(self, changed: dict[Statement, Statement]) -> None:
        if changed:
            self.statements = [changed.get(one, one) for one in self.statements]
            for before, after in changed.items():
                self.sent.setdefault(after, self.sent.get(before, before))

    def as_sent(self, problem: Problem) -> Problem:
        """A problem of the statement as it was sent."""
        other = self.sent.get(problem.other, problem.other) if problem.other else None
        return replace(problem, statement=self.sent.get(problem.statement, problem.statement), other=other)

    def look_for(self, problems: list[Problem]) -> None:
        """Tells the documents which terms will be asked for: only those are kept with their places."""
        statements = [one for problem in problems for one in (problem.statement, problem.other) if one]
        about = {one[0] or one[2] or one[3] for one in statements}
        for document in self.documents:
            document.about = about

    def locate(self, statement: Statement, part: str) -> tuple[str, Place]:
        """File and place of a statement: where it stands as a whole, else where something of it stands."""
        statement = self.sent.get(statement, statement)
        exact = next((one for one in self.documents if statement[0] and one.places.has(statement)), None)
        for document in [exact] if exact else self.documents:
            place = document.places.find(statement, part)
            if place:
                return document.name, place
        return (self.documents[0].name if self.documents else ""), Place()


def _replaced(statement: Statement, instead: dict[str, str]) -> Statement:
    subject, predicate, value, graph = (instead.get(term, term) for term in statement)
    return subject, predicate, value, graph


def _check(submission: _Submission, published: Published, settings: Settings, report: Report) -> list[Problem]:
    """Runs all checks that look at statements."""
    vocabulary = Vocabulary(published)
    problems = list(vocabulary.check(submission.statements))
    submission.mend(vocabulary.instead)
    submission.place()
    references = list(check_references(submission.statements, published))
    problems += references
    submission.mend({one.term: one.instead for one in references if one.instead})
    texts = list(check_texts(submission.statements))
    submission.mend_texts([one for one in texts if one.code == "language-tag"])
    statements = submission.statements
    problems += texts
    problems += check_duplicates(statements, published)
    problems += check_passages(statements, published, settings.source)
    broken, engine = check_shapes(statements, published, reference=settings.reference)
    problems += broken
    problems += check_consistency(statements, published)
    problems += check_values(statements, published)
    report.engine, report.shapes = engine, coverage(statements, published)
    _tell(report, statements, published, settings)
    return [submission.as_sent(one) for one in drop_consequences(problems, published)]


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


def _fill(report: Report, submission: _Submission, problems: list[Problem], settings: Settings) -> None:
    """Counts the problems, each once, and lists the first of each code in words, in the order of the files."""
    distinct = list({(one, *one.values.items()): one for one in problems}.values())
    listed = list(_most(distinct, settings.most))
    submission.look_for(listed)
    renderer = Renderer(submission.published.names, settings.language, submission.locate)
    order = {one.name: number for number, one in enumerate(submission.documents)}
    found = sorted(map(renderer.finding, listed), key=lambda one: (order.get(one.file, 0), one.line, one.column, one))
    report.add(found, [(one.code, severity_of(one)) for one in distinct])


def _most(problems: list[Problem], most: int) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= most:
            yield problem
