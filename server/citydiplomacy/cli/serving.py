"""The command that serves."""

from __future__ import annotations

import argparse
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from citydiplomacy.cli.common import CLEAN, Command, release_of

if TYPE_CHECKING:
    from citydiplomacy.web.site import SiteSettings


def add_commands(command: Command) -> None:
    """Adds the command to a parser, by ``command``."""
    serve = command(
        "serve",
        _serve,
        "serve the repository over HTTP",
        "Builds a release first where there is none of the content as it is now. Ctrl-C stops it.",
    )
    _add_place(serve)
    _add_limits(serve)
    serve.add_argument(
        "--log", choices=("errors", "requests"), default="errors", help="one JSON line a request, or none"
    )
    serve.add_argument("--archive", type=Path, metavar="DIR", help="a folder of older releases to keep at /dumps/")
    source = "your copy of a source text: its passages are shown to everybody who can reach the server"
    serve.add_argument("--source", type=Path, metavar="FILE", help=source)
    serve.add_argument("--release", type=Path, metavar="DIR", help="serve this release instead of the content")
    engine = "ask this SPARQL endpoint instead of workers of our own (see: publish); nothing is cached unless --cache"
    serve.add_argument("--engine", type=_url, metavar="URL", help=engine)
    shapes = "let /validate judge by shapes that are sent along (part shapes), too, not by the published ones alone"
    serve.add_argument("--own-shapes", action="store_true", help=shapes)
    service = "an endpoint that queries may call with SERVICE; repeatable (default: none)"
    serve.add_argument("--service", action="append", default=[], metavar="URL", help=service)


def _add_place(serve: argparse.ArgumentParser) -> None:
    """Options that say where the server stands."""
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help="default 127.0.0.1")
    serve.add_argument("--port", type=int, default=8000, metavar="P", help="default 8000")
    prefix = "the path below which a proxy shows the server, whether it strips it or not (default: none)"
    serve.add_argument("--prefix", type=_prefix, default="", metavar="/PATH", help=prefix)
    trust = "believe X-Forwarded-For, -Proto and -Host: only behind a proxy that sets them"
    serve.add_argument("--trust-proxy", action="store_true", help=trust)


def _add_limits(serve: argparse.ArgumentParser) -> None:
    """Options that say how much is done at most."""
    workers = "query workers; with --engine, questions it is asked at once (default 4)"
    serve.add_argument("--workers", type=_positive, default=4, metavar="N", help=workers)
    queue = "requests that may wait for a worker; more are told 503 at once (default 64)"
    serve.add_argument("--queue", type=_positive, default=64, metavar="N", help=queue)
    serve.add_argument("--timeout", type=float, default=30.0, metavar="S", help="seconds a query may take (default 30)")
    store = "keep the data in a store on disk in this folder, not in memory: for more than a few million quads"
    serve.add_argument("--store", type=Path, metavar="DIR", help=store)
    rate = "requests a second one client may send, saved up for ten seconds (default 0: any number)"
    serve.add_argument("--rate", type=float, default=0.0, metavar="N", help=rate)
    memory = "MiB a query may take beside the data, else it is stopped with 503 (default 1024)"
    serve.add_argument("--memory", type=_positive, default=1024, metavar="MIB", help=memory)
    answer = "MiB an answer may have, else 413 (default 256)"
    serve.add_argument("--max-answer", type=_positive, default=256, metavar="MIB", help=answer)
    cache = "MiB of answers kept in memory (default 256; 0 with --engine)"
    serve.add_argument("--cache", type=int, metavar="MIB", help=cache)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"at least 1, not {text}")
    return number


def _prefix(text: str) -> str:
    prefix = text.rstrip("/")
    if not re.fullmatch(r"(/[\w.~-]+)*", prefix, re.ASCII):
        raise argparse.ArgumentTypeError(f"a path such as /city-diplomacy, not {text!r}")
    return prefix


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"a URL with http or https, not {text!r}")
    return text


def _serve(options: argparse.Namespace) -> int:
    from citydiplomacy.web.listening import Address
    from citydiplomacy.web.server import serve

    release = release_of(options, whole=True)
    if options.log == "requests":
        logging.basicConfig(format="%(message)s", level=logging.INFO)
    if options.store:
        print(f"The data is kept in {options.store}; to put it there takes a minute for a million quads.", flush=True)
    address = Address(options.host, options.port)
    print(f"City Diplomacy {release.version} ({release.statements} statements) at {address.url}", flush=True)
    serve(_settings(options, release.directory), address)
    return CLEAN


def _settings(options: argparse.Namespace, release: Path) -> SiteSettings:
    from citydiplomacy.pool import MEBIBYTE, PoolSettings
    from citydiplomacy.web.site import SiteSettings

    pool = PoolSettings(
        workers=options.workers,
        deadline=options.timeout,
        queue=options.queue,
        memory=options.memory * MEBIBYTE,
        answer_bytes=options.max_answer * MEBIBYTE,
        services=frozenset(options.service),
        disk=options.store,
    )
    cache = (0 if options.engine else 256) if options.cache is None else options.cache
    return SiteSettings(
        release,
        pool,
        cache_bytes=cache * MEBIBYTE,
        rate=options.rate,
        own_shapes=options.own_shapes,
        source=options.source,
        archive=options.archive,
        engine=options.engine or "",
        prefix=options.prefix,
        trust_proxy=options.trust_proxy,
    )
