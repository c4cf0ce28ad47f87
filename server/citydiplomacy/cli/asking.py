"""Commands that ask: query, queries."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.cli.common import CLEAN, Command, release_of, repository_of
from citydiplomacy.media import GRAPHS, RESULTS, Format, by_suffix
from citydiplomacy.repository import Repository

if TYPE_CHECKING:
    from citydiplomacy.pool import WorkerPool
    from citydiplomacy.release import Release


def add_commands(command: Command) -> None:
    """Adds the commands to a parser, by ``command``."""
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


def _query(options: argparse.Namespace) -> int:
    from citydiplomacy.pool import PoolSettings, Request, WorkerPool
    from citydiplomacy.sparql import Limits, check
    from citydiplomacy.terminal import table

    release = None if options.endpoint else release_of(options)
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
        with WorkerPool(release.data, settings, release.names.prefixes, release.base) as pool:
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
        print(": ".join(filter(None, (f"nothing is known of {release.names.shorten(one.iri)}", one.hint))))
    return CLEAN


def _queries(options: argparse.Namespace) -> int:
    from citydiplomacy.queries import read_gallery

    for topic, queries in read_gallery(repository_of(options)).topics().items():
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


def _query_text(options: argparse.Namespace, release: Release | None) -> str:
    from citydiplomacy.errors import BadParameter
    from citydiplomacy.queries import read_gallery

    path = Path(options.query)
    if options.query == "-":
        return sys.stdin.read()
    if path.suffix == ".rq" and path.is_file():
        return path.read_text(encoding="utf-8")
    repository = Repository(release.directory, release.names) if release else repository_of(options)
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
