"""The command line. The only part that reads the environment and talks to the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from citydiplomacy.cli import asking, content, publishing, releases, serving, validating
from citydiplomacy.cli.common import CLEAN, FAILED, Run, say
from citydiplomacy.errors import CityDiplomacyError

EXAMPLES = """\
examples:
  citydiplomacy serve                                   the server at http://127.0.0.1:8000/
  citydiplomacy queries                                 what can be asked, and with which parameters
  citydiplomacy query who-leads -p body=mayors-mechanism
  citydiplomacy evidence id:mayors-mechanism            which passages say what of it
  citydiplomacy validate mine.trig                      a verdict on data you want to submit
  citydiplomacy check --source paper.txt                every gate on the content, digests included
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; exit code 0 clean, 1 findings, 2 could not run."""
    options = _parser().parse_args(arguments)
    run: Run = options.run
    try:
        return run(options)
    except CityDiplomacyError as error:
        hint = error.hint if error.hint and error.hint not in error.detail else ""
        say(f"citydiplomacy: {error.title}: {error.detail} {hint[:1].upper()}{hint[1:]}".rstrip())
        return FAILED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (the reader has gone)
        return CLEAN
    except OSError as error:  # a folder that can not be written, a full disk
        say(f"citydiplomacy: {error}")
        return FAILED
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citydiplomacy",
        description="A linked-data repository: check its content, build it, serve it, ask it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Run, summary: str, more: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}. {more}")
        root = "the repository's folder (default: the one that came with this program)"
        sub.add_argument("--root", type=Path, metavar="DIR", help=root)
        sub.set_defaults(run=run)
        return sub

    for module in (content, releases, publishing, serving, asking, validating):
        module.add_commands(command)
    return parser


class _Version(argparse.Action):
    """Shows the version. It is looked up only then: that takes as long as the rest of the parser."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"citydiplomacy {version('citydiplomacy')}\n")
