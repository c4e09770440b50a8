"""Random programs, run by Python's asyncio and by ours: they must do the same.

    oracle.py run --runner PATH [--python PY] [--count N] [--seed S] [--most N]
    oracle.py replay SEED --runner PATH [--python PY]
    oracle.py compare --runner PATH        what 3.13 did, recorded in traces.txt
    oracle.py record --python PY [--count N]           writes that, with Python 3.13
    oracle.py show SEED [--python PY]                  the program
    oracle.py coverage --python PY [--count N]         what programs do

PY is the Python to compare with, this one if none is named. From one that is not 3.13
programs leave out what it does otherwise (features.py), so a seed is another program
there. A difference is made as small as it goes, and can be replayed by its seed with the
same PY. Exits with 1 if there is one, and with 77 if PY is too old to compare with.
"""
from __future__ import annotations

import argparse
import difflib
import hashlib
import random
import sys
from pathlib import Path
from typing import Iterable, Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent))

import counts
from features import EVERYTHING, REFERENCE, features_of
from generator import generate
from program import Program, text_of
from runners import Failure, Runner, Trace, python_runner, side_by_side, version_of
from shrink import shrink

OLDEST = (3, 11)
TOO_OLD = 77
TRACES = Path(__file__).resolve().with_name("traces.txt")
CHUNK = 250


def programs_from(seed: int, count: int, features: frozenset[str]) -> Iterator[list[Program]]:
    for begin in range(seed, seed + count, CHUNK):
        yield [generate(each, features) for each in range(begin, min(begin + CHUNK, seed + count))]


# --- two traces

def show_difference(program: Program, python: Trace, ours: Trace) -> None:
    print(text_of(program), end="")
    for line in difflib.unified_diff(python, ours, "Python's", "ours", n=1000, lineterm=""):
        print(line)


def report(program: Program, runners: list[Runner]) -> None:
    """Shows the smallest program that differs."""

    def differ(candidates: list[Program]) -> list[bool]:
        python, ours = side_by_side(runners, candidates)
        return [python[each.seed] != ours[each.seed] for each in candidates]

    seed = program.seed
    print(f"\nseed {seed} differs; made smaller:\n")
    smallest = shrink(program, differ)
    smallest.seed = seed
    python, ours = side_by_side(runners, [smallest])
    show_difference(smallest, python[seed], ours[seed])


def run(arguments: argparse.Namespace) -> int:
    version = version_of(arguments.python)
    if version < OLDEST:
        print(f"needs Python {'.'.join(map(str, OLDEST))}, found {arguments.python}")
        return TOO_OLD
    runners = [python_runner(arguments.python), ours(arguments)]
    seed = random.randrange(2**31) if arguments.seed is None else arguments.seed
    print(f"seeds from {seed}, Python {'.'.join(map(str, version))}", flush=True)
    differing = []
    for chunk in programs_from(seed, arguments.count, features_of(version)):
        traces = side_by_side(runners, chunk)
        differing += [each for each in chunk if traces[0][each.seed] != traces[1][each.seed]]
        if len(differing) >= arguments.most:
            break
    for program in differing[:1]:
        report(program, runners)
    if differing:
        print("differ:", *(each.seed for each in differing))
        print(f"again: {sys.argv[0]} replay {differing[0].seed} --runner {arguments.runner}"
              f" --python {arguments.python}")
        return 1
    print(f"{arguments.count} programs do the same")
    return 0


def ours(arguments: argparse.Namespace) -> Runner:
    return Runner("ours", [arguments.runner])


def replay(arguments: argparse.Namespace) -> int:
    features = features_of(version_of(arguments.python))
    program = generate(arguments.first, features)
    python, own = side_by_side([python_runner(arguments.python), ours(arguments)], [program])
    show_difference(program, python[program.seed], own[program.seed])
    if python == own:
        print(*own[program.seed], "both do the same", sep="\n")
    return int(python != own)


def show(arguments: argparse.Namespace) -> int:
    features = features_of(version_of(arguments.python)) if arguments.python else EVERYTHING
    print(text_of(generate(arguments.first, features)), end="")
    return 0


# --- recorded traces

def digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def record(arguments: argparse.Namespace) -> int:
    version = version_of(arguments.python)
    if version[:2] != REFERENCE:
        raise Failure(f"traces are recorded with Python {'.'.join(map(str, REFERENCE))}")
    runner = python_runner(arguments.python)
    lines = [f"# What Python {'.'.join(map(str, version))} does with each program: its seed,",
             "# and the hashes of its text and of its trace."]
    for chunk in programs_from(1, arguments.count, EVERYTHING):
        traces = runner.traces(chunk)
        lines += [recorded(program, traces[program.seed]) for program in chunk]
    TRACES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def recorded(program: Program, trace: Trace) -> str:
    return f"{program.seed} {digest([text_of(program)])} {digest(trace)}"


def recorded_lines() -> list[str]:
    """By seed, from 1."""
    return TRACES.read_text(encoding="utf-8").splitlines()[2:]


def compare(arguments: argparse.Namespace) -> int:
    lines = recorded_lines()
    runner = ours(arguments)
    differing = 0
    for chunk in programs_from(1, len(lines), EVERYTHING):
        traces = runner.traces(chunk)
        for program in chunk:
            line, trace = lines[program.seed - 1], traces[program.seed]
            if line == recorded(program, trace):
                continue
            if line.split()[1] != digest([text_of(program)]):
                raise Failure(f"seed {program.seed} is another program now: record again")
            differing += 1
            if differing == 1:
                print(text_of(program), *trace, sep="\n")
                print(f"seed {program.seed} is not what Python {'.'.join(map(str, REFERENCE))} "
                      f"does; to see that: {sys.argv[0]} replay {program.seed} "
                      f"--runner {arguments.runner} --python python3.13")
    print(f"{differing} of {len(lines)} differ")
    return int(differing > 0)


# --- coverage

def count_coverage(arguments: argparse.Namespace) -> int:
    runner = python_runner(arguments.python)
    seen = counts.Counts()
    for chunk in programs_from(arguments.seed or 1, arguments.count,
                               features_of(version_of(arguments.python))):
        for trace in runner.traces(chunk).values():
            seen.add(trace)
    print(*seen.lines(), sep="\n")
    return 0


COMMANDS = {"run": run, "replay": replay, "show": show, "record": record, "compare": compare,
            "coverage": count_coverage}


def parsed(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("first", nargs="?", type=int, metavar="SEED")
    parser.add_argument("--runner", help="the program that runs programs on our asyncio")
    parser.add_argument("--python", help="the Python to compare with")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--most", type=int, default=1, help="differences to look for")
    arguments = parser.parse_args(words)
    if arguments.command in ("run", "replay", "compare") and not arguments.runner:
        parser.error(f"{arguments.command} needs --runner")
    if arguments.command in ("replay", "show") and arguments.first is None:
        parser.error(f"{arguments.command} needs a seed")
    if arguments.command != "show":
        arguments.python = arguments.python or sys.executable
    return arguments


def main(words: list[str]) -> int:
    arguments = parsed(words)
    try:
        return COMMANDS[arguments.command](arguments)
    except Failure as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
