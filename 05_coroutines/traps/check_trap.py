"""Whether a trap's bad.cpp fails in the way that its first line says, and its
good.cpp, built alike, works.

    check_trap.py --compiler "GNU 12.2.0" TRAP LIBRARY... -- COMMAND...

COMMAND compiles: check_trap.py adds the source, the libraries and what it needs.
The first line of bad.cpp is one of

    // Refused: WORDS                        it doesn't compile
    // Fails under AddressSanitizer: WORDS   built with it; so is good.cpp
    // Fails with g++ before 13: WORDS       with others it works
    // Exits with 1
    // Prints 3 9 or 9 3                     good.cpp prints the first

and WORDS stand in what the compiler or the program prints.
"""
from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SECONDS = 50.0
SKIPPED = 77


class Failure(Exception):
    """What is wrong, for the one who reads the test's output."""


class Skipped(Exception):
    """Why it can't be seen here."""


@dataclass
class Compiler:
    command: list[str]
    libraries: list[str]
    name: str = ""
    version: int = 0

    def sanitizes(self, what: str) -> bool:
        return any(re.match(rf"-fsanitize=.*\b{what}\b", word) for word in self.command)


@dataclass
class Outcome:
    status: int
    printed: str

    def says(self, words: str) -> bool:
        """As `double free` or `double-free`, whoever prints it."""
        return words.replace("-", " ") in self.printed.replace("-", " ")

    def __str__(self) -> str:
        return f"it ended with {self.status} and printed:\n{self.printed}"


def outcome_of(command: list[str]) -> Outcome:
    plain = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=plain, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} hasn't ended within {SECONDS:g} s") from None
    return Outcome(done.returncode, done.stdout.decode(errors="replace"))


def compiled(compiler: Compiler, source: Path, program: Path, options: list[str]) -> Outcome:
    return outcome_of([*compiler.command, *options, str(source), *compiler.libraries, "-pthread",
                       "-o", str(program)])


def outcome_of_source(compiler: Compiler, source: Path, options: list[str]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / source.stem
        built = compiled(compiler, source, program, options)
        if built.status != 0:
            raise Failure(f"{source.name} doesn't compile:\n{built.printed}")
        return outcome_of([str(program)])


def check_refused(compiler: Compiler, source: Path, words: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        built = compiled(compiler, source, Path(folder) / source.stem, [])
    if built.status == 0:
        raise Failure(f"{source.name} compiles")
    if not built.says(words):
        raise Failure(f"{source.name} is refused, but not for '{words}':\n{built.printed}")


def check_fails(compiler: Compiler, source: Path, words: str, options: list[str]) -> None:
    outcome = outcome_of_source(compiler, source, options)
    if outcome.status == 0 or not outcome.says(words):
        raise Failure(f"{source.name} doesn't fail with '{words}': {outcome}")


def check_exits(compiler: Compiler, source: Path, status: int, options: list[str]) -> Outcome:
    outcome = outcome_of_source(compiler, source, options)
    if outcome.status != status:
        raise Failure(f"{source.name} doesn't exit with {status}: {outcome}")
    return outcome


def check_prints(compiler: Compiler, source: Path, choices: list[str]) -> None:
    outcome = check_exits(compiler, source, 0, [])
    if " ".join(outcome.printed.split()) not in choices:
        raise Failure(f"{source.name} prints neither of {choices}: {outcome}")


def address_sanitizer(compiler: Compiler) -> list[str]:
    if compiler.sanitizes("thread"):
        raise Skipped("ThreadSanitizer and AddressSanitizer exclude each other")
    return [] if compiler.sanitizes("address") else ["-fsanitize=address"]


def check(compiler: Compiler, trap: Path) -> None:
    """Throws Failure for the first thing that is wrong."""
    bad, good = trap / "bad.cpp", trap / "good.cpp"
    first_line = bad.read_text(encoding="utf-8").splitlines()[0]
    if match := re.fullmatch(r"// Refused: (.+)", first_line):
        check_refused(compiler, bad, match[1])
        check_exits(compiler, good, 0, [])
    elif match := re.fullmatch(r"// Fails under AddressSanitizer: (.+)", first_line):
        options = address_sanitizer(compiler)
        check_fails(compiler, bad, match[1], options)
        check_exits(compiler, good, 0, options)
    elif match := re.fullmatch(r"// Fails with g\+\+ before (\d+): (.+)", first_line):
        if compiler.name == "GNU" and compiler.version < int(match[1]):
            check_fails(compiler, bad, match[2], [])
        else:
            check_exits(compiler, bad, 0, [])
        check_exits(compiler, good, 0, [])
    elif match := re.fullmatch(r"// Exits with (\d+)", first_line):
        check_exits(compiler, bad, int(match[1]), [])
        check_exits(compiler, good, 0, [])
    elif match := re.fullmatch(r"// Prints (.+)", first_line):
        choices = match[1].split(" or ")
        check_prints(compiler, bad, choices)
        check_prints(compiler, good, choices[:1])
    else:
        raise Failure(f"{bad} doesn't begin with what is to be expected: {first_line}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("trap", type=Path)
    parser.add_argument("libraries", nargs="*")
    separator = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:separator])
    name, version = options.compiler.split()
    compiler = Compiler(arguments[separator + 1:], options.libraries, name,
                        int(version.split(".")[0]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        check(compiler, options.trap)
    except Skipped as reason:
        print(reason)
        return SKIPPED
    except (Failure, OSError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
