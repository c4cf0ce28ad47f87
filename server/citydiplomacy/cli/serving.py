"""The command that serves."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from citydiplomacy.cli.common import CLEAN, Command, release_of


def add_commands(command: Command) -> None:
    """Adds the command to a parser, by ``command``."""
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


def _serve(options: argparse.Namespace) -> int:
    from citydiplomacy.pool import PoolSettings
    from citydiplomacy.web.server import Address, serve
    from citydiplomacy.web.site import SiteSettings

    release = release_of(options)
    if options.log == "requests":
        logging.basicConfig(format="%(message)s", level=logging.INFO)
    pool = PoolSettings(workers=options.workers, deadline=options.timeout, services=frozenset(options.service))
    address = Address(options.host, options.port)
    print(f"City Diplomacy {release.version} ({release.statements} statements) at {address.url}", flush=True)
    serve(SiteSettings(release.directory, pool, rate=options.rate), address)
    return CLEAN
