"""Whether a trap's bad.cpp fails in the way that its first line says, and its
good.cpp, built alike, works.

    check_trap.py --compiler "GNU 12.2.0" TRAP LIBRARY... -- COMMAND...

COMMAND compiles: check_trap.py adds the source, the libraries and what it needs.
The first line of bad.cpp is one of

    // Refused: WORDS                        it doesn't compile
    // Fails under AddressSanitizer: WORDS   built with it; so is good.cpp
    // Fails with g++ 12, works with clang++: WORDS
    // Fails with g++ 12 -O1, works with clang++: WORDS
    // Exits with 1
    // Prints 9 3 with g++ 12, 3 9 with clang++

and WORDS stand in what the compiler or the program prints, or name the signal
that ended it. Of a compiler that the line doesn't name bad.cpp expects nothing.
The first line of good.cpp may be

    // Prints 3 9
"""
from __future__ import annotations

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

SECONDS = 50.0
SKIPPED = 77
STACK = 8 << 20  # the usual: some run off it
NAMES = {"g++": "GNU", "clang++": "Clang"}  # what CMake calls them
COMMAND = r"g\+\+(?: \d+)?|clang\+\+(?: \d+)?"


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

    def without_sanitizers(self) -> Compiler:
        return replace(self, command=[word for word in self.command if "sanitize" not in word])

    def is_called(self, command: str) -> bool:
        """As `clang++`, any version, or `g++ 12`."""
        name, *versions = command.split()
        return NAMES[name] == self.name and versions in ([], [str(self.version)])


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
        outcome = outcome_of([str(program)])
    if outcome.status < 0:
        outcome.printed += signal.Signals(-outcome.status).name
    return outcome


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


def check_prints(compiler: Compiler, source: Path, words: str, options: list[str]) -> None:
    outcome = check_exits(compiler, source, 0, options)
    if " ".join(outcome.printed.split()) != words:
        raise Failure(f"{source.name} doesn't print {words}: {outcome}")


def check_good(compiler: Compiler, source: Path, options: list[str]) -> None:
    match = re.fullmatch(r"// Prints (.+)", first_line_of(source))
    if match:
        check_prints(compiler, source, match[1], options)
    else:
        check_exits(compiler, source, 0, options)


def address_sanitizer(compiler: Compiler) -> list[str]:
    if compiler.sanitizes("thread"):
        raise Skipped("ThreadSanitizer and AddressSanitizer exclude each other")
    return [] if compiler.sanitizes("address") else ["-fsanitize=address"]


def first_line_of(source: Path) -> str:
    return source.read_text(encoding="utf-8").partition("\n")[0]


def check(compiler: Compiler, trap: Path) -> None:
    """Throws Failure for the first thing that is wrong."""
    bad = trap / "bad.cpp"
    first_line, options = first_line_of(bad), []
    if match := re.fullmatch(r"// Refused: (.+)", first_line):
        check_refused(compiler, bad, match[1])
    elif match := re.fullmatch(r"// Fails under AddressSanitizer: (.+)", first_line):
        options = address_sanitizer(compiler)
        check_fails(compiler, bad, match[1], options)
    elif match := re.fullmatch(rf"// Fails with ({COMMAND})( -O\d)?, works with ({COMMAND}): (.+)",
                               first_line):
        failing, level, working, words = match.groups()
        options = level.split() if level else []
        # How it is optimised matters: sanitizers would change that.
        builder = compiler.without_sanitizers() if level else compiler
        if compiler.is_called(failing):
            check_fails(builder, bad, words, options)
        elif compiler.is_called(working):
            check_exits(builder, bad, 0, options)
    elif match := re.fullmatch(r"// Exits with (\d+)", first_line):
        check_exits(compiler, bad, int(match[1]), [])
    elif match := re.fullmatch(rf"// Prints (.+) with ({COMMAND}), (.+) with ({COMMAND})",
                               first_line):
        for words, command in (match.group(1, 2), match.group(3, 4)):
            if compiler.is_called(command):
                check_prints(compiler, bad, words, [])
    else:
        raise Failure(f"{bad} doesn't begin with what is to be expected: {first_line}")
    check_good(compiler, trap / "good.cpp", options)


def limit(what: int, wanted: int) -> None:
    hardest = resource.getrlimit(what)[1]
    resource.setrlimit(what, (wanted if hardest < 0 else min(wanted, hardest), hardest))


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
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_STACK, STACK)
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
