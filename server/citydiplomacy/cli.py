"""The command line. The only module that reads the environment and talks to the terminal."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.errors import CityDiplomacyError
from citydiplomacy.media import GRAPHS, RESULTS, Format, by_suffix
from citydiplomacy.repository import Repository, open_repository, packaged_root

if TYPE_CHECKING:
    from citydiplomacy.content import Content
    from citydiplomacy.evidence import SourceText
    from citydiplomacy.pool import WorkerPool
    from citydiplomacy.release import Release

Command = Callable[[argparse.Namespace], int]
CLEAN, FINDINGS, FAILED = 0, 1, 2
KEPT_RELEASES = 5
EXAMPLES = """\
examples:
  citydiplomacy serve                                   the server at http://127.0.0.1:8000/
  citydiplomacy queries                                 what can be asked, and with which parameters
  citydiplomacy query who-leads -p body=mayors-mechanism
  citydiplomacy evidence id:mayors-mechanism            which passages say what of it
  citydiplomacy check --source paper.txt                every gate on the content, digests included
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; exit code 0 clean, 1 findings, 2 could not run."""
    options = _parser().parse_args(arguments)
    run: Command = options.run
    try:
        return run(options)
    except CityDiplomacyError as error:
        hint = f" {error.hint}" if error.hint and error.hint not in error.detail else ""
        _say(f"citydiplomacy: {error.title}: {error.detail}{hint}")
        return FAILED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (the reader has gone)
        return CLEAN
    except KeyboardInterrupt:
        return 130


def _check(options: argparse.Namespace) -> int:
    from citydiplomacy.checks import check
    from citydiplomacy.reasoning import find_java

    verdict = check(_repository(options), find_java, options.source, _progress)
    _clear()
    if options.format == "json":
        print(json.dumps([finding.as_json() for finding in verdict.findings], indent=2, ensure_ascii=False))
    else:
        for finding in verdict.findings[: options.most]:
            print(finding.text())
        if len(verdict.findings) > options.most:
            print(f"... and {len(verdict.findings) - options.most} more (--most N shows more)")
    for what in verdict.skipped:
        _say(f"not checked: {what}")
    _say(f"checked: {'; '.join(verdict.checked)}")
    counts = {severity: sum(f.severity == severity for f in verdict.findings) for severity in ("violation", "warning")}
    _say(f"{counts['violation']} violations, {counts['warning']} warnings")
    return FINDINGS if counts["violation"] or (options.strict and counts["warning"]) else CLEAN


def _build(options: argparse.Namespace) -> int:
    from citydiplomacy.release import build

    release = build(_repository(options), options.out, _progress)
    _clear()
    print(f"{release.directory}: {release.version}, {release.statements} statements in {release.graphs} graphs")
    return CLEAN


def _serve(options: argparse.Namespace) -> int:
    from citydiplomacy.pool import PoolSettings
    from citydiplomacy.web.server import Address, serve
    from citydiplomacy.web.site import SiteSettings

    release = _release(options)
    if options.log == "requests":
        logging.basicConfig(format="%(message)s", level=logging.INFO)
    pool = PoolSettings(workers=options.workers, deadline=options.timeout, services=frozenset(options.service))
    address = Address(options.host, options.port)
    print(f"City Diplomacy {release.version} ({release.statements} statements) at {address.url}", flush=True)
    serve(SiteSettings(release.directory, pool, rate=options.rate), address)
    return CLEAN


def _query(options: argparse.Namespace) -> int:
    from citydiplomacy.pool import PoolSettings, Request, WorkerPool
    from citydiplomacy.sparql import Limits, check
    from citydiplomacy.terminal import table

    release = None if options.endpoint else _release(options)
    text = _query_text(options, release)
    wanted = _wanted_format(options.format)
    if options.endpoint:
        from citydiplomacy.remote import ask_remote

        check(text, Limits())
        body = ask_remote(options.endpoint, text, wanted or RESULTS[0], options.timeout)
    else:
        assert release is not None  # noqa: S101 (for the type checker)
        settings = PoolSettings(workers=1, deadline=options.timeout)
        names = wanted.name if wanted else None
        with WorkerPool(release.data, settings, release.names.prefixes) as pool:
            if options.explain:
                return _explain(text, pool, release)
            request = Request(text, results=_only(names, RESULTS, "json"), graphs=_only(names, GRAPHS, "turtle"))
            body = pool.ask(request).read()
    if wanted is None and body[:1] == b"{":
        print(table(json.loads(body), release.names if release else None))
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    return CLEAN


def _explain(text: str, pool: WorkerPool, release: Release) -> int:
    from citydiplomacy.explaining import explain
    from citydiplomacy.pool import Request

    def ask(query: str) -> bool:
        return bool(json.loads(pool.ask(Request(query, graphs=None)).read())["boolean"])

    subjects = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{release.base}")) }}'
    rows = pool.ask(Request(subjects, results="csv", graphs=None)).read().decode().split()
    explanation = explain(text, ask, release.names, rows)
    for step in explanation.steps:
        said = {True: "has solutions", False: "leaves NO solution", None: "not found out in time"}[step.solvable]
        print(f"line {step.line}, column {step.column}: {said}: {step.text}")
    for one in explanation.unknown:
        print(f"nothing is known of {release.names.shorten(one.iri)} {one.hint}".rstrip())
    return CLEAN


def _queries(options: argparse.Namespace) -> int:
    from citydiplomacy.queries import read_gallery

    for topic, queries in read_gallery(_repository(options)).topics().items():
        print(topic)
        for query in queries:
            print(f"  {query.name}\n      {query.question[options.language]}")
            for one in query.parameters:
                notes = [str(one.kind)]
                notes += [f"one of {', '.join(one.allowed)}"] if one.allowed else []
                notes += [f"a {one.class_name}"] if one.class_name else []
                notes += [f"default {one.default}"] if one.default else ["required"] if one.required else []
                print(f"      -p {one.name}=...  {one.label[options.language]} ({'; '.join(notes)})")
    return CLEAN


def _evidence(options: argparse.Namespace) -> int:
    from citydiplomacy.content import read_content
    from citydiplomacy.errors import RepositoryError
    from citydiplomacy.evidence import read_source
    from citydiplomacy.tracing import render, trace, trace_line

    repository = _repository(options)
    source = read_source(options.source) if options.source else None
    content = read_content(repository)
    if options.stamp:
        if source is None:
            raise RepositoryError("--stamp needs the source text: --source FILE")
        return _stamp(repository, content, source)
    if options.line:
        traces = trace_line(content, options.line)
        if not traces:
            _say(f"No passage uses line {options.line}.")
    elif options.thing:
        traces = trace(content, options.thing)
    else:
        passages = sorted(content.passages.values(), key=lambda one: (one.document, one.ranges))
        for one in passages:
            claims = len(content.by_graph.get(one.iri, []))
            print(f"{content.names.shorten(one.iri)}  lines {one.lines}  page {one.page}  {claims} claims")
        return CLEAN
    for line in render(content, traces, source):
        print(line)
    return CLEAN if traces else FINDINGS


def _coverage(options: argparse.Namespace) -> int:
    from citydiplomacy.content import read_content
    from citydiplomacy.coverage import UNACCOUNTED, cover, render
    from citydiplomacy.evidence import read_source

    content = read_content(_repository(options))
    _progress("looking for mentions")
    coverage = cover(content, read_source(options.source))
    _clear()
    if options.format == "json":
        print(json.dumps(coverage.as_json(), indent=1, ensure_ascii=False))
    else:
        for line in render(content, coverage, options.most):
            print(line)
    return FINDINGS if UNACCOUNTED in coverage.counts else CLEAN


def _stamp(repository: Repository, content: Content, source: SourceText) -> int:
    from citydiplomacy.errors import RepositoryError
    from citydiplomacy.records import sections, stamp_file

    documents = [iri for iri, digest in content.documents.items() if digest == source.sha256]
    if not documents:
        raise RepositoryError(f"No document record in data/sources has this text's digest {source.sha256}.")
    for document in documents:
        folder = repository.root / "data" / "claims" / document.removeprefix(content.names.sources)
        known = sections(content, document)
        changed = [path for path in sorted(folder.glob("*.trig")) if stamp_file(path, source, known, document)]
        for path in changed:
            print(f"stamped {repository.relative(path)}")
        if not changed:
            print(f"{folder}: all records hold")
    return CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citydiplomacy",
        description="A linked-data repository: check its content, build it, serve it, ask it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], summary: str, more: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}. {more}")
        root = "the repository's folder (default: the one that came with this program)"
        sub.add_argument("--root", type=Path, metavar="DIR", help=root)
        sub.set_defaults(run=run)
        return sub

    _add_content_commands(command)
    _add_asking_commands(command)
    return parser


def _add_content_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    check = command(
        "check",
        _check,
        "run every gate on the content",
        "Syntax, rules about graphs, ontology rules, SHACL shapes, canned queries, OWL consistency and, with a copy of "
        "the source text, every passage's digest. Exit code 0 clean, 1 violations, 2 could not run.",
    )
    check.add_argument("--source", type=Path, metavar="FILE", help="your copy of the source text")
    check.add_argument("--strict", action="store_true", help="warnings count as violations")
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.add_argument("--most", type=int, default=200, metavar="N", help="findings shown as text (default 200)")
    build = command(
        "build",
        _build,
        "make a release directory",
        "N-Quads with every graph (inferred statements included), TriG and Turtle, queries, shapes and checksums. The "
        "same content makes the same bytes.",
    )
    build.add_argument("--out", type=Path, default=Path("build/release"), metavar="DIR", help="default: build/release")
    serve = command(
        "serve",
        _serve,
        "serve the repository over HTTP",
        "Builds a release first where there is none of the content as it is now. Ctrl-C stops it.",
    )
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help="default 127.0.0.1")
    serve.add_argument("--port", type=int, default=8000, metavar="P", help="default 8000")
    serve.add_argument("--workers", type=int, default=4, metavar="N", help="query workers (default 4)")
    serve.add_argument("--timeout", type=float, default=30.0, metavar="S", help="seconds a query may take (default 30)")
    rate = "requests a second one client may send, saved up for ten seconds (default 0: any number)"
    serve.add_argument("--rate", type=float, default=0.0, metavar="N", help=rate)
    service = "an endpoint that queries may call with SERVICE; repeatable (default: none)"
    serve.add_argument("--service", action="append", default=[], metavar="URL", help=service)
    serve.add_argument(
        "--log", choices=("errors", "requests"), default="errors", help="one JSON line a request, or none"
    )
    serve.add_argument("--release", type=Path, metavar="DIR", help="serve this release instead of the content")


def _add_asking_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    query = command(
        "query",
        _query,
        "run a canned query, a SPARQL file, or SPARQL from standard input",
        "NAME is a canned query (see: citydiplomacy queries), FILE a .rq file, - standard input.",
    )
    query.add_argument("query", metavar="NAME|FILE|-")
    query.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE", help="repeatable")
    formats = ", ".join(dict.fromkeys(one.name for one in (*RESULTS, *GRAPHS)))
    query.add_argument("--format", default="table", metavar="F", help=f"table (default), {formats}")
    query.add_argument("--endpoint", metavar="URL", help="ask this SPARQL endpoint instead of the repository")
    query.add_argument("--release", type=Path, metavar="DIR", help="ask this release instead of the content")
    query.add_argument("--explain", action="store_true", help="say which pattern leaves no solution, and unknown names")
    query.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds it may take (default 60)")
    queries = command("queries", _queries, "list the canned queries with their parameters", "By topic.")
    queries.add_argument("--language", choices=("en", "de"), default="en")
    evidence = command(
        "evidence",
        _evidence,
        "show where a thing or claim comes from",
        "THING is an IRI, id:NAME, NAME, or passage/DOCUMENT/NUMBER; without one, all passages are listed. With a copy "
        "of the source its lines are shown beside the claims, and whether their digest holds.",
    )
    evidence.add_argument("thing", nargs="?", metavar="THING")
    evidence.add_argument("--source", type=Path, metavar="FILE", help="your copy of the source text")
    evidence.add_argument("--line", type=int, metavar="N", help="what the passages that use line N say")
    evidence.add_argument("--stamp", action="store_true", help="write section, page and digest into all records")
    coverage = command(
        "coverage",
        _coverage,
        "account for every line of a source document",
        "Says what each line is used for, or why it is not, and lists the places where the text names a thing that no "
        "claim from there is about. Exit code 0 when every line is accounted for, 1 otherwise.",
    )
    coverage.add_argument("--source", type=Path, metavar="FILE", required=True, help="your copy of the source text")
    coverage.add_argument("--format", choices=("text", "json"), default="text")
    coverage.add_argument("--most", type=int, default=50, metavar="N", help="unused mentions shown (default 50)")


def _repository(options: argparse.Namespace) -> Repository:
    return open_repository(options.root or packaged_root())


def _release(options: argparse.Namespace) -> Release:
    """The release named by --release, else one of the content as it is now, built where it is not there yet."""
    from citydiplomacy.release import build, open_release

    if options.release:
        return open_release(options.release)
    repository = _repository(options)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "citydiplomacy"
    directory = cache / _state(repository)
    if not (directory / "release.json").is_file():
        build(repository, directory, _progress)
        _clear()
        _prune(cache, directory)
    os.utime(directory)
    return open_release(directory)


def _state(repository: Repository) -> str:
    """A name for the content and the code that makes a release of it: a change in either makes another."""
    total = hashlib.sha256(repository.digest().encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:24]


def _prune(cache: Path, current: Path) -> None:
    """Keeps the releases used last."""
    releases = sorted(cache.glob("*/release.json"), key=lambda path: path.parent.stat().st_mtime, reverse=True)
    for path in releases[KEPT_RELEASES:]:
        if path.parent != current:
            shutil.rmtree(path.parent, ignore_errors=True)


def _query_text(options: argparse.Namespace, release: Release | None) -> str:
    from citydiplomacy.errors import BadParameter
    from citydiplomacy.queries import read_gallery

    path = Path(options.query)
    if options.query == "-":
        return sys.stdin.read()
    if path.suffix == ".rq" and path.is_file():
        return path.read_text(encoding="utf-8")
    repository = Repository(release.directory, release.names) if release else _repository(options)
    values = {}
    for one in options.parameters:
        name, equals, value = one.partition("=")
        if not equals:
            raise BadParameter(f"-p takes NAME=VALUE, not {one!r}.")
        values[name] = value
    return read_gallery(repository).get(options.query).bind(values, repository.names)


def _wanted_format(name: str) -> Format | None:
    """The format of that name, None for a table."""
    from citydiplomacy.errors import BadParameter

    if name == "table":
        return None
    wanted = by_suffix(name, (*RESULTS, *GRAPHS))
    if wanted is None:
        known = ", ".join(dict.fromkeys(one.name for one in (*RESULTS, *GRAPHS)))
        raise BadParameter(f"There is no format {name!r}; there are: table, {known}.")
    return wanted


def _only(name: str | None, offered: tuple[Format, ...], default: str) -> str | None:
    """``name`` where it is one of the offered formats; the default for a table; None otherwise."""
    if name is None:
        return default
    return name if any(one.name == name for one in offered) else None


def _version() -> str:
    from importlib.metadata import version

    return f"citydiplomacy {version('citydiplomacy')}"


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _progress(message: str) -> None:
    """One line that shows what goes on, on terminals only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{time.strftime('%H:%M:%S')} {message} ...", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
