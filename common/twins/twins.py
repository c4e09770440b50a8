"""Whether an example prints what stands in its NAME.txt, and so does its twin in
Python, the NAME.py beside it, if there is one.

    twins.py PROGRAM NAME.txt

Each runs on a terminal of its own, as it does for the reader, so that stdout and
stderr come in the order in which they were written. All bytes count but those
that differ from run to run: what the texts' sessions leave out (MASKS: addresses
with their ports, processes, durations) and PLACES. NAME.txt shows one run, or
`<port>` and the like. A program that doesn't exit with 0 has failed as well.
"""
from __future__ import annotations

import difflib
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book"))

from masks import MASKS

SECONDS = 20.0

PLACES: list[tuple[re.Pattern[str], str]] = [
    # A line of a program, or the whole of it: `average.cpp:12`, `/home/me/average.py`.
    (re.compile(r"(?:[\w.+-]*/)*\w+\.(?:cpp|hpp|py)\b(?::\d+)*"), "<place>"),
    # An object's address.
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "<address>"),
]


class Failure(Exception):
    """What is wrong, for the one who reads the test's output."""


def masked(text: str) -> list[str]:
    """The text's lines, each with its end, as they are compared."""
    lines = []
    for line in text.splitlines(keepends=True):
        for pattern, replacement in MASKS + PLACES:
            line = pattern.sub(replacement, line)
        lines.append(line)
    return lines


def open_terminal() -> tuple[int, int]:
    """Our end and the program's; a newline stays one byte."""
    ours, theirs = os.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    return ours, theirs


def chunks(terminal: int, deadline: float) -> Iterator[bytes]:
    """What comes, until nobody has the other end any more."""
    while True:
        left = deadline - time.monotonic()
        if not select.select([terminal], [], [], max(left, 0))[0]:
            raise TimeoutError
        try:
            yield os.read(terminal, 65536)
        except OSError:  # EIO: the last one has closed it
            return


def output_of(command: list[str], name: str, seconds: float = SECONDS) -> str:
    """What the command prints until it exits with 0."""
    ours, theirs = open_terminal()
    plain = {**os.environ, "NO_COLOR": "1", "TERM": "dumb"}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                               env=plain, start_new_session=True)
    os.close(theirs)
    printed = b""
    try:
        deadline = time.monotonic() + seconds
        for chunk in chunks(ours, deadline):
            printed += chunk
        status = process.wait(max(deadline - time.monotonic(), 0.1))
    except (TimeoutError, subprocess.TimeoutExpired):
        end(process)
        raise Failure(f"{name} hasn't ended within {seconds:g} s; it printed:\n"
                      + printed.decode(errors="replace")) from None
    finally:
        os.close(ours)
    if status != 0:
        raise Failure(f"{name} {how_it_ended(status)}; it printed:\n"
                      + printed.decode(errors="replace"))
    return printed.decode(errors="replace")


def end(process: subprocess.Popen) -> None:
    """Ends it with all that it started and that may have the terminal still."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def how_it_ended(status: int) -> str:
    return f"exited with {status}" if status > 0 else f"was ended by signal {-status}"


def compare(expected: str, expected_name: str, printed: str, name: str) -> None:
    before, after = masked(expected), masked(printed)
    if before == after:
        return
    lines = difflib.unified_diff(before, after, expected_name, f"printed by {name}")
    ended = (line if line.endswith("\n") else line + "\n\\ No newline at end\n" for line in lines)
    raise Failure(f"{name} doesn't print what {expected_name} says:\n" + "".join(ended))


def check(program: Path, text: Path, seconds: float = SECONDS) -> None:
    """Throws Failure for the first thing that is wrong."""
    commands = {program.name: [str(program)]}
    twin = text.with_suffix(".py")
    if twin.exists():
        commands[twin.name] = [sys.executable, "-B", "-u", str(twin)]
    expected = text.read_text(encoding="utf-8")
    for name, command in commands.items():
        compare(expected, text.name, output_of(command, name, seconds), name)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        check(*map(Path, arguments))
    except (Failure, OSError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
