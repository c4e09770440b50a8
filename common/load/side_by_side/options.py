"""The command line of `./ladder bench`."""
from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any, NoReturn, Sequence

import cells

ROOT = Path(__file__).resolve().parents[3]
FULL = {"cells": cells.SETS["all"], "rounds": 9, "seconds": 0.2}
QUICK = {"cells": cells.QUICK, "rounds": 5, "seconds": 0.1}

ABOUT = """Compares what echo servers cost: the chapters', others (--peers), and yours.

Every contestant runs in every cell, in several rounds, one after another. The
verdict is the lowest CPU for a message, as a multiple of epoll in C's."""
EXAMPLES = """examples:
  ./ladder bench --quick                          a minute, four cells
  ./ladder bench --peers --install                everybody, with what they need
  ./ladder bench -- python3 my_server.py {port}   your server beside the chapters'
common/load/README.md explains cells and columns."""


class WrongUsage(Exception):
    """The command line makes no sense; the message says why."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUsage(message)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Raises WrongUsage; ends the process after --help."""
    words = list(arguments)
    at = words.index("--") if "--" in words else len(words)
    options = make_parser().parse_args(words[:at])
    options.yours = words[at + 1:]
    if at < len(words) and not options.yours:
        raise WrongUsage("after -- a command with {port} in it is expected")
    if options.install and not options.peers:
        raise WrongUsage("--install installs what peers need: it makes sense only with --peers")
    options.cells_named = options.cells is not None
    for name, value in (QUICK if options.quick else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.out = options.folder / (options.out or options.source / "build/bench")
    options.typed = typed(words)
    return options


def typed(words: Sequence[str]) -> str:
    """The command as the reader typed it: without what ./ladder has put before it."""
    rest = list(words)
    while rest and rest[0] in HIDDEN:
        del rest[:2]
    return shlex.join(["./ladder", "bench", *rest])


HIDDEN = ("--build", "--source", "--folder")


def make_parser() -> Parser:
    parser = Parser(prog="./ladder bench", description=ABOUT, epilog=EXAMPLES, allow_abbrev=False,
                    usage="./ladder bench [OPTIONS] [-- COMMAND with {port}]",
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true",
                        help="4 cells, 5 rounds of 0.1 s; system calls in one cell")
    parser.add_argument("--peers", action="store_true", help="also other languages and libraries")
    parser.add_argument("--install", action="store_true",
                        help="first install what the peers need, with apt-get")
    parser.add_argument("--cells", type=checked(cells.chosen), metavar="CELL,...",
                        help="cells such as 50x1024x1+10000, or churn, main, idle, all")
    parser.add_argument("--only", type=checked(names), default=[], metavar="NAME,...",
                        help="only these contestants, and epoll_c")
    parser.add_argument("--rounds", type=checked(rounds), metavar="N", help=f"default: {FULL['rounds']}")
    parser.add_argument("--seconds", type=checked(seconds), metavar="S",
                        help=f"of each measurement; default: {FULL['seconds']}")
    parser.add_argument("--no-system-calls", action="store_true",
                        help="leave out the count of system calls")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="for JSON and plots; default: build/bench")
    parser.add_argument("--list", action="store_true", help="name the contestants and the cells")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--packages", action="store_true", help=argparse.SUPPRESS)
    for name, default in zip(HIDDEN, (ROOT / "build/release", ROOT, Path.cwd())):
        parser.add_argument(name, type=Path, default=default, help=argparse.SUPPRESS)
    return parser


def checked(convert: Any) -> Any:
    """argparse drops the message of a ValueError, but not of its own error."""
    def converted(text: str) -> Any:
        try:
            return convert(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
    return converted


def names(text: str) -> list[str]:
    found = [name for name in text.split(",") if name]
    if not found:
        raise ValueError("a name is expected; --list gives them")
    return found


def rounds(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1000:
        raise ValueError(f"'{text}' is no number of rounds from 1 to 1000")
    return int(text)


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 60:
        raise ValueError(f"'{text}' is no number of seconds above 0, up to 60")
    return value
