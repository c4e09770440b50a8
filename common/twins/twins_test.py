"""What tells twins from strangers."""
from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import twins

TWINS = Path(twins.__file__).resolve()


def is_running(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


class Twins(unittest.TestCase):
    """Examples in a temporary folder; a shell script stands for the C++ program."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def program(self, *lines: str) -> Path:
        path = self.write("example", "\n".join(["#!/bin/sh", *lines]) + "\n")
        path.chmod(0o755)
        return path

    def check(self, program: Path, expected: str, seconds: float = twins.SECONDS) -> None:
        twins.check(program, self.write("example.txt", expected), seconds)

    def assert_failure(self, program: Path, expected: str, *words: str,
                       seconds: float = twins.SECONDS) -> None:
        """It fails, and says all these words."""
        with self.assertRaises(twins.Failure) as failure:
            self.check(program, expected, seconds)
        for word in words:
            self.assertIn(word, str(failure.exception))

    def test_WhatIsPrintedAsWrittenPasses(self) -> None:
        self.check(self.program("echo one", "echo two"), "one\ntwo\n")

    def test_AnotherLineIsShownAsADifference(self) -> None:
        self.assert_failure(self.program("seq 3"), "1\n9\n3\n", "example doesn't print",
                            "example.txt", "-9\n", "+2\n")

    def test_LinesThatAreMissingOrTooManyAreShown(self) -> None:
        self.assert_failure(self.program("seq 2"), "1\n2\n3\n", "-3\n")
        self.assert_failure(self.program("seq 3"), "1\n2\n", "+3\n")

    def test_EveryByteCounts(self) -> None:
        self.assert_failure(self.program("echo 'a '"), "a\n", "+a \n")
        self.assert_failure(self.program("printf 'a\\r\\n'"), "a\n", "-a\n")
        self.assert_failure(self.program("printf a"), "a\n", "+a\n\\ No newline at end\n")
        self.assert_failure(self.program("true"), "\n", "-\n")

    def test_StderrComesWhereItWasWritten(self) -> None:
        self.check(self.program("echo one", "echo two >&2", "echo three"), "one\ntwo\nthree\n")
        self.write("example.py", "import sys\nprint('one')\nprint('two', file=sys.stderr)\n"
                                 "print('three')\n")
        self.check(self.program("echo one", "echo two", "echo three"), "one\ntwo\nthree\n")

    def test_TwinMustPrintTheSame(self) -> None:
        program = self.program("echo hello")
        self.write("example.py", "print('hello')\n")
        self.check(program, "hello\n")
        self.write("example.py", "print('good-bye')\n")
        self.assert_failure(program, "hello\n", "example.py doesn't print", "+good-bye\n")

    def test_WhatDiffersFromRunToRunDoesNot(self) -> None:
        self.check(self.program("echo from 127.0.0.1:45678 after 12 ms"),
                   "from 127.0.0.1:40312 after 0.9 s\n")
        self.check(self.program("echo from 127.0.0.1:45678"), "from 127.0.0.1:<port>\n")
        self.check(self.program("echo /home/me/example.py:12: 'f at 0x7f0012345678'"),
                   "example.cpp:7: f at 0x55aa00bb\n")

    def test_PortOfOurOwnAndCountsAreCompared(self) -> None:
        self.assert_failure(self.program("echo 127.0.0.1:5000"), "127.0.0.1:5001\n", "+127")
        self.assert_failure(self.program("echo 3 clients"), "4 clients\n", "+3")

    def test_FailedProgramIsReportedThoughItsOutputIsRight(self) -> None:
        self.assert_failure(self.program("echo a", "exit 3"), "a\n", "example exited with 3", "a\n")
        self.assert_failure(self.program("kill -9 $$"), "", "example was ended by signal 9")

    def test_FailedTwinIsReported(self) -> None:
        self.write("example.py", "raise KeyError('x')\n")
        self.assert_failure(self.program("true"), "", "example.py exited with 1", "KeyError")

    def test_ProgramThatDoesNotEndIsNamedAndEnded(self) -> None:
        started = time.monotonic()
        self.assert_failure(self.program("echo a", "sleep 60"), "a\n",
                            "example hasn't ended within 0.2 s", "a\n", seconds=0.2)
        self.assertLess(time.monotonic() - started, 5)

    def test_WhatItLeavesRunningIsEndedWithIt(self) -> None:
        with self.assertRaises(twins.Failure) as failure:
            self.check(self.program("sleep 60 &", "echo $!"), "", seconds=0.2)
        sleeper = int(str(failure.exception).split()[-1])
        deadline = time.monotonic() + 10
        while is_running(sleeper) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertFalse(is_running(sleeper))

    def test_LongOutputArrivesWhole(self) -> None:
        numbers = "".join(f"{n}\n" for n in range(1, 50_001))
        self.check(self.program("seq 50000"), numbers)

    def test_CommandExitsWithOneAndPrintsTheDifference(self) -> None:
        text = self.write("example.txt", "1\n")

        def run(program: Path) -> subprocess.CompletedProcess:
            return subprocess.run([sys.executable, "-B", TWINS, program, text],
                                  capture_output=True, text=True)
        self.assertEqual(run(self.program("echo 1")).returncode, 0)
        different = run(self.program("echo 2"))
        self.assertEqual(different.returncode, 1)
        self.assertIn("+2\n", different.stdout)
        missing = run(self.folder / "no_such_program")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("no_such_program", missing.stdout)
        self.assertNotIn("Traceback", missing.stderr)


if __name__ == "__main__":
    unittest.main()
