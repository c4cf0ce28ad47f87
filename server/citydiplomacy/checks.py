"""Every gate on a repository's content, run one after the other, with a word on what ran and what did not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from citydiplomacy import shapes_engine
from citydiplomacy.claims import check_claims, check_source
from citydiplomacy.content import Content, read_content
from citydiplomacy.coverage import cover, render
from citydiplomacy.entailment import REASONER
from citydiplomacy.errors import BadHeader, BadParameter, BadQuery, CityDiplomacyError, MissingTool
from citydiplomacy.evidence import read_source
from citydiplomacy.findings import Finding, Severity, closest
from citydiplomacy.parameters import SLUG, Kind
from citydiplomacy.progress import Progress, silent
from citydiplomacy.queries import CannedQuery, read_gallery
from citydiplomacy.reasoning import prove_consistent
from citydiplomacy.reference import version as pyshacl_version
from citydiplomacy.release.building import release_lines
from citydiplomacy.repository import Repository
from citydiplomacy.rules import check_rules, read_rules
from citydiplomacy.store import Question, Store, execute, store_of
from citydiplomacy.tokens import tokens
from citydiplomacy.validation import read_shapes, validate, validate_fast

Java = Callable[[], str]


@dataclass
class Verdict:
    """What a check found, what it looked at, and what it could not do.

    ``content`` is what was read, ``lines`` are its ``release_lines``; None where it can not be published.
    """

    content: Content
    findings: list[Finding] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    lines: list[str] | None = None

    @property
    def conforms(self) -> bool:
        return not any(finding.severity == Severity.VIOLATION for finding in self.findings)


def check(
    repository: Repository,
    java: Java | None,
    source: Path | None = None,
    progress: Progress = silent,
    *,
    reference: bool = True,
) -> Verdict:
    """Runs every gate. Broken syntax stops after the graph rules: the later gates need whole files.

    ``java`` finds a Java runtime or raises MissingTool; without one HermiT's proof is skipped, and the verdict says so.
    Without ``reference``, pySHACL is asked only where the compiled engine can not tell for sure.
    """
    progress("reading files")
    content = read_content(repository)
    verdict = Verdict(content, list(content.findings))
    verdict.checked.append(f"{len(content.data)} claims and records, {len(content.passages)} passages")
    if content.findings:
        verdict.skipped.append("all gates that need files without syntax errors")
        return verdict
    progress("rules about graphs")
    verdict.findings += check_claims(content)
    if source:
        progress("digests against the source text")
        verdict.findings += check_source(content, read_source(source))
        verdict.checked.append(f"digests against {source.name}")
    else:
        verdict.skipped.append("digests (no --source FILE given)")
    _check_meaning(repository, verdict, progress, reference=reference)
    _prove(verdict, java, progress)
    verdict.findings.sort()
    return verdict


def _check_meaning(repository: Repository, verdict: Verdict, progress: Progress, *, reference: bool) -> None:
    """The gates that ask what the statements mean: rules, shapes, canned queries."""
    content = verdict.content
    try:
        progress("reasoning")
        lines = release_lines(repository, content)
    except CityDiplomacyError as error:
        verdict.findings.append(Finding("content", 0, "syntax", error.detail))
        return
    verdict.lines = None if "" in content.by_graph else lines
    rules = read_rules()
    verdict.findings += check_rules(store_of(lines), content, rules)
    verdict.checked.append(f"{len(rules)} rules on ontology and labels")
    verdict.checked.append(f"OWL 2 RL consistency ({REASONER})")
    progress("shapes")
    _check_shapes(repository, verdict, reference=reference)
    progress("canned queries")
    verdict.findings += check_queries(repository, content)
    verdict.checked.append(f"{len(repository.query_files)} canned queries")


def _check_shapes(repository: Repository, verdict: Verdict, *, reference: bool) -> None:
    """What breaks a shape, by the compiled engine where that will do, else by pySHACL; both have to find the same."""
    shapes, broken = read_shapes(repository.shape_files, repository.root)
    files, engines = f"{len(repository.shape_files)} files of shapes", []
    fast = slow = None
    if not broken and (fast := validate_fast(verdict.content, shapes)) is not None:
        engines.append(shapes_engine.version())
    if not broken and (reference or fast is None):
        slow = validate(verdict.content, shapes)
        engines.append(pyshacl_version())
    verdict.findings += broken or slow or fast or []
    if fast is not None and slow is not None and fast != slow:
        one = next(iter(set(fast) ^ set(slow)))
        message = f"{' and '.join(engines)} do not find the same; only one of them this: {one.text()}"
        verdict.findings.append(Finding("shapes", 0, "engines-disagree", message))
    verdict.checked.append(f"{files} ({' and '.join(engines)})" if engines else files)


def _prove(verdict: Verdict, java: Java | None, progress: Progress) -> None:
    """OWL 2 DL consistency, by a prover that needs a Java."""
    if java is None:
        verdict.skipped.append("OWL 2 DL consistency (HermiT): run citydiplomacy check")
        return
    try:
        runtime = java()
        progress("OWL 2 DL consistency (HermiT)")
        verdict.findings += prove_consistent(verdict.content, runtime)
        verdict.checked.append("OWL 2 DL consistency (HermiT)")
    except MissingTool as error:
        verdict.skipped.append(error.detail)


def reports(verdict: Verdict, source: Path | None = None) -> dict[str, bytes]:
    """A verdict, and the account of a source text's lines where one is given, as files that a release carries."""
    found = {
        "conforms": verdict.conforms,
        "checked": [what.partition(" against ")[0] for what in verdict.checked],
        "notChecked": verdict.skipped,
        "findings": [finding.as_json() for finding in verdict.findings],
    }
    files = {"validation.json": _json(found)}
    if source:
        coverage = cover(verdict.content, read_source(source))
        files["coverage.json"] = _json(coverage.as_json())
        files["coverage.txt"] = "".join(f"{line}\n" for line in render(verdict.content, coverage, 0)).encode()
    return files


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def check_queries(repository: Repository, content: Content) -> Iterator[Finding]:
    """What is wrong with the canned queries: headers, syntax, columns, defaults, names of ours that do not exist."""
    try:
        gallery = read_gallery(repository)
    except BadHeader as error:
        file, _, message = error.detail.partition(": ")
        yield Finding(file, error.line, "query-header", message)
        return
    known = {str(node) for node in content.typed} | content.declared
    nothing = Store()  # syntax and columns are the same over no data
    for query in gallery.queries.values():
        yield from _check_query(query, content, nothing)
        yield from _check_names(query, content, known)
        yield from _check_parameters(query, content, known)


def _check_parameters(query: CannedQuery, content: Content, known: set[str]) -> Iterator[Finding]:
    """Classes and default things of parameters that do not exist."""
    names = content.names
    classes = [iri for iri in content.declared if iri.startswith(names.ontology)]
    for parameter in query.parameters:
        if parameter.class_name and names.term(parameter.class_name) not in content.declared:
            message = f"Parameter {parameter.name}: there is no class {parameter.class_name}."
            hint = closest(names.term(parameter.class_name), classes)
            yield Finding(query.file, 1, "query-class", message, suggestion=hint)
        default = parameter.default if parameter.kind is Kind.IRI else None
        if default and SLUG.fullmatch(default) and names.things + default not in known:
            things = [iri.removeprefix(names.things) for iri in known if iri.startswith(names.things)]
            message = f"Parameter {parameter.name}: nothing is called {default}."
            yield Finding(query.file, 1, "query-default", message, suggestion=closest(default, things))


def _check_query(query: CannedQuery, content: Content, store: Store) -> Iterator[Finding]:
    try:
        _, answer = execute(store, Question(query.bind({}, content.names)))
    except BadQuery as error:
        yield Finding(query.file, error.line or 1, "query-syntax", error.detail, column=error.column or 0)
        return
    except BadParameter as error:
        yield Finding(query.file, 1, "query-parameter", error.detail)
        return
    if query.form == "SELECT":
        columns = tuple(variable.value for variable in answer.variables)  # type: ignore[union-attr]
        if columns != query.columns:
            message = f"The header lists columns {', '.join(query.columns)}; the query answers {', '.join(columns)}."
            yield Finding(query.file, 1, "query-columns", message)


def _check_names(query: CannedQuery, content: Content, known: set[str]) -> Iterator[Finding]:
    """Prefixed names and IRIs of our own namespaces that nothing declares: a query with one can only answer nothing."""
    prefixes: dict[str, str] = {}
    words = list(tokens(query.text))
    for before, name, iri in zip(words, words[1:], words[2:], strict=False):
        if before.text.upper() == "PREFIX":
            prefixes[name.text] = iri.text[1:-1]
    namespaces = (content.names.ontology, content.names.things)
    for token in words:
        prefix, colon, local = token.text.partition(":")
        iri_text = prefixes.get(prefix + colon, "") + local if token.kind == "pname" else token.text[1:-1]
        declared = iri_text in prefixes.values() or iri_text in known
        if token.kind in ("pname", "iri") and local and iri_text.startswith(namespaces) and not declared:
            line = query.text[: token.start].count("\n") + 1
            hint = closest(iri_text, [one for one in known if one.startswith(namespaces)])
            message = f"{content.names.shorten(iri_text)} is declared nowhere."
            yield Finding(query.file, line, "query-unknown-name", message, suggestion=hint)
