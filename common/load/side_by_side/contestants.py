"""Contestants: the servers that are compared. They are data, in two JSON files.

What their fields mean stands in common/load/README.md.
"""
from __future__ import annotations

import functools
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Optional, Sequence

YARDSTICK = "epoll_c"
YOURS = "yours"
NAME = re.compile(r"\w+(/\w+)?")


@dataclass(frozen=True)
class Contestant:
    name: str
    what: str
    command: str  # for sh; with {port}, and with {build}, {source}, {python}
    holds: Optional[int] = None  # the most connections that it can hold
    because: str = ""
    packages: Sequence[str] = ()
    needs: Sequence[str] = ()  # programs, or with a / paths, without which it can't start
    version: str = ""  # a command that prints it
    peer: bool = False

    @property
    def shipped(self) -> bool:
        """Whether it comes with the project, and isn't the reader's."""
        return self.name != YOURS


@dataclass(frozen=True)
class Places:
    """What stands for {build}, {source} and {python}."""

    build: Path
    source: Path

    def fill(self, text: str) -> str:
        if "{python}" in text:
            text = text.replace("{python}", shlex.quote(python_with("uvloop")))
        for name, path in (("{build}", self.build), ("{source}", self.source)):
            text = text.replace(name, shlex.quote(str(path.resolve())))
        return text


@functools.lru_cache(maxsize=None)
def python_with(module: str) -> str:
    """A Python that has this module if there is one; else the one in PATH."""
    for python in ("python3", "/usr/bin/python3"):
        if shutil.which(python) and runs([python, "-c", f"import {module}"]):
            return python
    return "python3"


def runs(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


# --- the two files -------------------------------------------------------------------

def read(source: Path) -> list[Contestant]:
    """Ours, then the peers. Raises ValueError for what is no valid file of contestants."""
    both = (read_file(source / "contestants.json", peer=False)
            + read_file(source / "common/load/peers/contestants.json", peer=True))
    names = [contestant.name for contestant in both]
    twice = sorted({name for name in names if names.count(name) > 1} | {YOURS} & set(names))
    if twice:
        raise ValueError(f"the name {twice[0]} is taken twice")
    return both


def read_file(file: Path, peer: bool) -> list[Contestant]:
    try:
        return [made(record, peer) for record in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{file}: {error}") from None


def made(record: dict, peer: bool) -> Contestant:
    contestant = Contestant(**record, peer=peer)
    if not NAME.fullmatch(contestant.name):
        raise ValueError(f"'{contestant.name}' is no name: letters and digits, perhaps with one /")
    if "{port}" not in contestant.command:
        raise ValueError(f"the command of {contestant.name} lacks {{port}}")
    if (contestant.holds is not None) != bool(contestant.because):
        raise ValueError(f"{contestant.name} must say both what it holds and why")
    return contestant


def reader_s(words: Sequence[str], folder: Path) -> Contestant:
    """The reader's own server. One word is a line for the shell; a relative path in it starts at
    the folder in which it was typed. Raises ValueError if {port} is missing."""
    command = words[0] if len(words) == 1 else shlex.join(words)
    if "{port}" not in command:
        raise ValueError(f"the command '{command}' has no {{port}} in it, "
                         "which stands for the port that it is to listen on")
    if len(words) == 1:
        command = shlex.join(["sh", "-c", command])
    command = f"env -C {shlex.quote(str(folder))} -- {command}"
    return Contestant(YOURS, "your server", command)


# --- which of them take part ------------------------------------------------------------

def why_missing(contestant: Contestant, places: Places) -> str:
    """What this contestant needs and this machine lacks; empty if it can start."""
    lacking = [need for need in map(places.fill, contestant.needs) if not is_there(need)]
    if not lacking and not contestant.packages:
        return ""
    if not lacking and (not contestant.version or version(contestant, places)):
        return ""
    if contestant.packages:
        return f"needs the package{'s' * (len(contestant.packages) > 1)} " \
               f"{', '.join(contestant.packages)}"
    return f"needs {', '.join(lacking)}"


def is_there(need: str) -> bool:
    return Path(shlex.split(need)[0]).exists() if "/" in need else bool(shutil.which(need))


def version(contestant: Contestant, places: Places) -> str:
    """The version in one line; empty if nobody can tell."""
    if not contestant.version:
        return ""
    answer = subprocess.run(["sh", "-c", places.fill(contestant.version)], text=True,
                            stdin=subprocess.DEVNULL, capture_output=True)
    lines = answer.stdout.strip().splitlines()
    return lines[0] if lines and answer.returncode == 0 else ""


def chosen(everybody: Iterable[Contestant], only: Sequence[str], peers: bool) -> list[Contestant]:
    """Those that are to be measured; the yardstick is always among them. Raises ValueError for a
    name that nobody has, and for a peer that isn't asked for."""
    everybody = list(everybody)
    known = {contestant.name: contestant for contestant in everybody}
    for name in only:
        if name not in known:
            raise ValueError(f"no contestant '{name}'; there are {', '.join(known)}")
        if known[name].peer and name != YARDSTICK and not peers:
            raise ValueError(f"{name} is a peer: --peers builds and measures peers")
    return [contestant for contestant in everybody if contestant.name in (YARDSTICK, YOURS)
            or (contestant.name in only if only else peers or not contestant.peer)]
