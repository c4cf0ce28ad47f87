"""What is judged: the statements of all files, as they were sent or as they were meant, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from citydiplomacy.submission.passages import place_records
from citydiplomacy.submission.problems import Place, Problem
from citydiplomacy.submission.published import Published
from citydiplomacy.submission.syntaxes import Document
from citydiplomacy.submission.terms import Statement


@dataclass
class Submission:
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
        """File and place of a statement: where it stands as a whole, else where something of it stands or is named."""
        statement = self.sent.get(statement, statement)
        exact = next((one for one in self.documents if statement[0] and one.places.has(statement)), None)
        for document in [exact] if exact else self.documents:
            place = document.places.find(statement, part)
            if place:
                return document.name, place
        for document in self.documents:
            mention = document.places.mention(statement)
            if mention:
                return document.name, mention
        return (self.documents[0].name if self.documents else ""), Place(1, 1)


def _replaced(statement: Statement, instead: dict[str, str]) -> Statement:
    subject, predicate, value, graph = (instead.get(term, term) for term in statement)
    return subject, predicate, value, graph
