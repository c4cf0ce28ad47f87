"""The command that fills another store: publish."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from citydiplomacy.cli.common import CLEAN, FINDINGS, Command, clear, progress, release_of

PASSWORD = "CITYDIPLOMACY_PASSWORD"  # noqa: S105 (the variable's name)
MOST = 20


def add_commands(command: Command) -> None:
    """Adds the command to a parser, by ``command``."""
    publish = command(
        "publish",
        _publish,
        "fill another SPARQL store with the release, and verify it",
        "By the Graph Store Protocol: Oxigraph's is at /store, Fuseki's at /DATASET/data, GraphDB's at "
        "/repositories/NAME/rdf-graphs/service, Virtuoso's at /sparql-graph-crud-auth. Graphs that are there are not "
        "sent again: after an interruption, say it once more. Graphs of other names are left alone. Exit code 0 the "
        "store holds what it should, 1 it does not, 2 it could not be filled.",
    )
    publish.add_argument("--to", required=True, metavar="URL", help="the store's Graph Store Protocol endpoint")
    user = f"who we are to it (Basic or Digest); the password is asked for, or taken from {PASSWORD}"
    publish.add_argument("--user", default="", metavar="U", help=user)
    merge = publish.add_mutually_exclusive_group()
    merge.add_argument("--no-default", action="store_true", help="leave the store's default graph alone")
    named = "put the merge of all graphs into this graph, for stores whose default graph is no graph (Virtuoso)"
    merge.add_argument("--default-graph", metavar="IRI", help=named)
    publish.add_argument("--release", type=Path, metavar="DIR", help="publish this release instead of the content")


def _publish(options: argparse.Namespace) -> int:
    from citydiplomacy.graphstore import Account
    from citydiplomacy.release.publishing import Target, publish

    release = release_of(options)
    merge = "" if options.no_default else options.default_graph
    outcome = publish(release, Target(options.to, Account(options.user, _password(options.user)), merge), progress)
    clear()
    for sentence in outcome.wrong[:MOST]:
        print(sentence)
    if len(outcome.wrong) > MOST:
        print(f"... and {len(outcome.wrong) - MOST} more")
    print(f"{outcome.sent} graphs sent, {outcome.kept} were there already, {outcome.statements} statements there")
    if outcome.wrong:
        return FINDINGS
    if outcome.rewritten:
        print(f"read back: equal, but for {outcome.rewritten} numbers that the store writes otherwise (100.0 as 100)")
    else:
        print(f"read back: SHA-256 {outcome.digest}, as the release's data.nq")
    return CLEAN


def _password(user: str) -> str:
    if not user:
        return ""
    known = os.environ.get(PASSWORD)
    if known is None and sys.stdin.isatty():
        known = getpass.getpass(f"Password of {user}: ")
    return known or ""
