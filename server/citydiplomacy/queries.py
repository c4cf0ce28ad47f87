"""Canned queries: a SPARQL file whose first lines say, for machines, what it answers and what it can be asked with.

The header is TOML behind ``#+ ``::

    #+ title = { en = "Who leads a body", de = "Wer leitet ein Gremium" }
    #+ question = { en = "Who leads the Mayors Mechanism?", de = "..." }
    #+ competency = ["CQ-07"]
    #+ columns = ["leader", "leaderLabel", "passage"]
    #+ [parameters.body]
    #+ type = "iri"
    #+ class = "Organisation"
    #+ default = "mayors-mechanism"
    #+ label = { en = "body", de = "Gremium" }

A parameter enters the query where the author wrote the line ``# values: body``: it becomes ``VALUES ?body { TERM }``,
with the term written by this module. Without a value the line stays a comment, so the file is a valid query as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from citydiplomacy.errors import BadHeader, BadParameter, UnknownQuery
from citydiplomacy.findings import closest
from citydiplomacy.media import GRAPHS, RESULTS, Format
from citydiplomacy.names import Names
from citydiplomacy.parameters import Kind, Parameter
from citydiplomacy.repository import Repository
from citydiplomacy.tokens import FORMS, form_of

MARK = re.compile(r"^(?P<indent>[ \t]*)#[ \t]*values:[ \t]*(?P<name>\w+)[ \t]*$", re.MULTILINE)
LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class CannedQuery:
    """A query with its name (``<topic>/<name>``), what it says of itself, and its text.

    ``words`` are what people say instead of the words of its title and question, by language.
    """

    name: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    competency: tuple[str, ...]
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    form: str
    text: str
    file: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return self.name.partition("/")[0]

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats its answer comes in."""
        return RESULTS if self.form in ("SELECT", "ASK") else GRAPHS

    def bind(self, values: Mapping[str, str], names: Names) -> str:
        """The query's text with the values (or defaults) of its parameters in their places.

        Raises BadParameter for an unknown name, a missing required value, or a value of the wrong kind.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                offered = ", ".join(known) or "none"
                raise BadParameter(
                    f"{self.name} has no parameter {name!r}; it has: {offered}.",
                    hint=closest(name, list(known)) or None,
                )
        terms = {}
        for parameter in self.parameters:
            value = values.get(parameter.name) or parameter.default
            if value is not None:
                terms[parameter.name] = parameter.term(value, names)
            elif parameter.required:
                raise BadParameter(f"{self.name} needs a value for {parameter.name!r} ({parameter.label['en']}).")
        return MARK.sub(lambda mark: _values(mark, terms), self.text)


def parse_query(name: str, text: str, file: str) -> CannedQuery:
    """A canned query from its file's text; BadHeader where the header breaks the rules."""
    header_lines = [line for line in text.splitlines() if line.startswith("#+")]
    try:
        header = tomllib.loads("\n".join(line[2:].removeprefix(" ") for line in header_lines))
    except tomllib.TOMLDecodeError as error:
        raise BadHeader(f"The header is not valid TOML: {error}.") from None
    unknown = set(header) - {"title", "question", "competency", "columns", "parameters", "words"}
    if unknown:
        raise BadHeader(f"Unknown key in the header: {', '.join(sorted(unknown))}.")
    body = "\n".join("" if line.startswith("#+") else line for line in text.splitlines()).rstrip("\n") + "\n"
    form = form_of(body)
    if form is None:
        detail = f"The query begins with none of {', '.join(FORMS)} after its prefixes."
        raise BadHeader(detail, line=len(header_lines) + 1)
    parameters = tuple(_parameter(key, value) for key, value in header.get("parameters", {}).items())
    _check_marks(body, parameters, len(header_lines))
    columns = header.get("columns", [])
    if form == "SELECT" and not columns:
        raise BadHeader("A SELECT query lists its columns.")
    return CannedQuery(
        name=name,
        title=_texts(header, "title"),
        question=_texts(header, "question"),
        competency=tuple(header.get("competency", [])),
        columns=tuple(columns),
        parameters=parameters,
        form=form,
        text=body,
        file=file,
        words=_words(header),
    )


@dataclass(frozen=True)
class Gallery:
    """All canned queries of a repository, by name."""

    queries: Mapping[str, CannedQuery]

    def topics(self) -> dict[str, list[CannedQuery]]:
        """The queries by topic, topics and queries in alphabetical order."""
        grouped: dict[str, list[CannedQuery]] = {}
        for name in sorted(self.queries):
            grouped.setdefault(self.queries[name].topic, []).append(self.queries[name])
        return grouped

    def get(self, name: str) -> CannedQuery:
        """The query of that name, with or without its topic; UnknownQuery with the closest name."""
        short = [query for key, query in self.queries.items() if key == name or key.partition("/")[2] == name]
        if len(short) == 1:
            return short[0]
        hint = closest(name, [*self.queries, *(key.partition("/")[2] for key in self.queries)])
        raise UnknownQuery(f"There is no canned query {name!r}.", hint=hint or None)


def read_gallery(repository: Repository) -> Gallery:
    """All canned queries; BadHeader (with the file's name in its detail) for the first broken one."""
    queries = {}
    for path in repository.query_files:
        name = path.relative_to(repository.root / "queries").with_suffix("").as_posix()
        file = repository.relative(path)
        if name.count("/") != 1:
            raise BadHeader(f"{file}: a query lies in queries/<topic>/<name>.rq.")
        try:
            queries[name] = parse_query(name, path.read_text(encoding="utf-8"), file)
        except BadHeader as error:
            raise BadHeader(f"{file}: {error.detail}", line=error.line) from None
        except UnicodeDecodeError:
            raise BadHeader(f"{file}: the file is not UTF-8.") from None
    return Gallery(queries)


def _parameter(name: str, known: Mapping[str, object]) -> Parameter:
    unknown = set(known) - {"type", "label", "default", "allowed", "class", "required"}
    if unknown:
        raise BadHeader(f"Parameter {name}: unknown key {', '.join(sorted(unknown))}.")
    try:
        kind = Kind(str(known.get("type")))
    except ValueError:
        raise BadHeader(f"Parameter {name}: type is one of {', '.join(Kind)}, not {known.get('type')!r}.") from None
    allowed = known.get("allowed", [])
    if not isinstance(allowed, list):
        raise BadHeader(f"Parameter {name}: allowed is a list.")
    return Parameter(
        name=name,
        kind=kind,
        label=_texts(known, "label"),
        default=str(known["default"]) if "default" in known else None,
        allowed=tuple(str(one) for one in allowed),
        class_name=str(known["class"]) if "class" in known else None,
        required=bool(known.get("required", False)),
    )


def _texts(known: Mapping[str, object], key: str) -> Mapping[str, str]:
    texts = known.get(key)
    if not isinstance(texts, dict) or any(not texts.get(language) for language in LANGUAGES):
        raise BadHeader(f"{key} needs a text in each of: {', '.join(LANGUAGES)}.")
    return texts


def _words(header: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    known = header.get("words", {})
    if not isinstance(known, dict) or any(not isinstance(one, list) for one in known.values()):
        raise BadHeader("words has a list of texts for each language.")
    if set(known) - set(LANGUAGES):
        raise BadHeader(f"words has one of the languages {', '.join(LANGUAGES)}.")
    return {language: tuple(map(str, texts)) for language, texts in known.items()}


def _check_marks(body: str, parameters: tuple[Parameter, ...], header_length: int) -> None:
    marked = {mark["name"] for mark in MARK.finditer(body)}
    named = {parameter.name for parameter in parameters}
    for name in sorted(named - marked):
        raise BadHeader(f"Parameter {name} has no place: write the line '# values: {name}' in the WHERE clause.")
    for name in sorted(marked - named):
        raise BadHeader(f"'# values: {name}' names no parameter of the header.", line=header_length + 1)


def _values(mark: re.Match[str], terms: Mapping[str, str]) -> str:
    name = mark["name"]
    return f"{mark['indent']}VALUES ?{name} {{ {terms[name]} }}" if name in terms else mark.group()
