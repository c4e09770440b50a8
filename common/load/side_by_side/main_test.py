"""The whole command, with real processes and a fake throughput_bench."""
from __future__ import annotations

import os
import select
import signal
import subprocess
import unittest

from bench_case import BenchTest, contestant
from results import Benchmarks, Results

SHORT = ("--cells", "1x64x1", "--rounds", "2", "--no-system-calls")


class Usage(BenchTest):
    def assert_refused(self, words: str, *arguments: str) -> None:
        ended = self.bench(*arguments)
        self.assertEqual((ended.returncode, ended.stdout), (2, ""), ended.stderr)
        self.assertIn(words, ended.stderr)
        self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)

    def test_WrongWordsAreRefusedByName(self) -> None:
        self.assert_refused("--qick", "--qick")
        self.assert_refused("'6x6' is no cell", "--cells", "6x6")
        self.assert_refused("no contestant 'c'; there are a, b, epoll_c", "--only", "a,c")
        self.assert_refused("'0' is no number of rounds", "--rounds", "0")
        self.assert_refused("'nan' is no number of seconds", "--seconds", "nan")
        self.assert_refused("only with --peers", "--install")
        self.assert_refused("extra", "extra")

    def test_ReadersCommandWithoutPortIsRefused(self) -> None:
        self.assert_refused("'server 5000' has no {port} in it", "--", "server", "5000")
        self.assert_refused("a command with {port} in it is expected", "--")

    def test_CheckLooksAtTheCommandLineOnly(self) -> None:
        self.assertEqual(self.bench("--check", "--quick").returncode, 0)
        self.assert_refused("--qick", "--check", "--qick")
        self.assertFalse(self.out.exists())

    def test_ListNamesContestantsAndCells(self) -> None:
        self.enter([contestant("a", "x")], [contestant("p", "x", needs=["no-such-program"])])
        ended = self.bench("--list")
        self.assertEqual(ended.returncode, 0)
        for line in (r"  a +server a", r"  epoll_c +server epoll_c",
                     r"  p +server p \(needs no-such-program\)", r"  50x1024x16 +50 connections",
                     r"  churn +50 clients", r"  1x64x1\+10000 +1 connection"):
            self.assertRegex(ended.stdout, line)

    def test_PackagesOfMissingPeersAreNamed(self) -> None:
        self.enter([], [contestant("p", "x", needs=["no-such"], packages=["two", "one"]),
                        contestant("q", "x", needs=["sh"], packages=["there"])])
        self.assertEqual(self.bench("--packages", "--peers").stdout, "one\ntwo\n")


class Run(BenchTest):
    def test_RunLeavesTableJsonAndVerdict(self) -> None:
        ended = self.bench("--cells", "1x64x1,50x1024x1", "--rounds", "3", "--", "cost=4000",
                           "{port}")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("yours: 4th of 4 at 50×1024×1, 4.0 times the CPU of epoll in C", ended.stdout)
        self.assertRegex(ended.stdout, r"2 +b +2\.00 ")
        self.assertIn("written to build/bench: results.json", ended.stdout)
        data = self.written()
        self.assertEqual(data["context"]["command"], "./ladder bench --cells 1x64x1,50x1024x1 "
                                                     "--rounds 3 -- cost=4000 '{port}'")
        self.assertEqual(data["context"]["noise"], [])
        found = Results(Benchmarks(self.out / "results.json"))
        self.assertIn("median of 3 repetitions", found.benchmarks.caption())
        self.assertEqual(found.everybody(), ["epoll_c", "b", "a", "yours"])
        timed = [run for run in data["benchmarks"] if run["run_name"] == "a/1x64x1/real_time"]
        self.assertEqual([(run["repetition_index"], run["repetitions"]) for run in timed],
                         [(0, 3), (1, 3), (2, 3)])

    def test_YardstickIsMeasuredAlongAndSaysSo(self) -> None:
        ended = self.bench(*SHORT, "--only", "b")
        self.assertIn("epoll_c is measured along", ended.stderr)
        self.assertEqual({run["run_name"] for run in self.written()["benchmarks"]},
                         {"b/1x64x1/real_time", "epoll_c/1x64x1/real_time"})

    def test_MissingPeerIsNamedWithItsPackageAndSkipped(self) -> None:
        self.enter([], [contestant("p", "x", needs=["no-such"], packages=["libp-dev"])])
        ended = self.bench(*SHORT, "--peers")
        self.assertEqual(ended.returncode, 0)
        self.assertIn("p is skipped: it needs the package libp-dev", ended.stderr)
        self.assertIn("p is not here: needs the package libp-dev", ended.stdout)

    def test_FailureIsShownInFullAndNotTriedAgain(self) -> None:
        self.enter([contestant("a", "fail"), contestant("b", "cost=1"), contestant("c", "crash")])
        ended = self.bench(*SHORT)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("- a failed in 1×64×1: the server exited with 1\n"
                      "  --- its standard error ends:\n  no luck\n", ended.stdout)
        self.assertIn("- c failed in 1×64×1: throughput_bench was ended by signal 9\n"
                      "  --- its standard error ends:\n  terminate called", ended.stdout)
        failed = [run for run in self.written()["benchmarks"] if run.get("error_occurred")]
        self.assertEqual([run["name"] for run in sorted(failed, key=lambda run: run["name"])],
                         ["a/1x64x1/real_time", "c/1x64x1/real_time"])

    def test_WhoCannotHoldACellIsNotStarted(self) -> None:
        self.enter([contestant("a", "crash", holds=1, because="it is alone")])
        ended = self.bench("--cells", "2x64x1", "--rounds", "1", "--no-system-calls")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("a is not in 2×64×1: it is alone", ended.stdout)

    def test_MissingProgramIsNamed(self) -> None:
        (self.root / "build/release/common/load/throughput_bench").unlink()
        ended = self.bench(*SHORT)
        self.assertEqual(ended.returncode, 1)
        self.assertIn("there is no", ended.stderr)
        self.assertIn("throughput_bench", ended.stderr)

    def test_PlaceThatCannotBeWrittenIsNamedBeforeAnythingIsMeasured(self) -> None:
        ended = self.bench(*SHORT, "--out", "contestants.json/below")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("contestants.json/below: Not a directory", ended.stderr)

    def test_OutIsSeenFromTheReadersFolder(self) -> None:
        self.bench(*SHORT, "--out", "elsewhere")
        self.assertTrue((self.root / "elsewhere/results.json").is_file())

    def test_NothingTemporaryIsLeft(self) -> None:
        self.bench(*SHORT)
        self.assertEqual([path.name for path in self.out.iterdir() if path.suffix != ".svg"],
                         ["results.json"])


class Stopping(BenchTest):
    """The second cell hangs: what the first has given must survive the signal."""

    def begin(self, **environment: str) -> tuple[subprocess.Popen, list[int]]:
        """A run that hangs in its second cell, and the pids of what it has started there."""
        os.mkfifo(self.root / "told")
        run = subprocess.Popen(
            self.command("--cells", "1x64x1,2x64x1", "--rounds", "2"), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", "FAKE_HANGS_IN": "2x64x1",
                 "FAKE_TELLS": str(self.root / "told"), **environment})
        self.addCleanup(run.communicate)
        self.addCleanup(run.kill)
        return run, [int(pid) for pid in self.told().split()]

    def told(self) -> str:
        """What the hanging program says; waits for it."""
        return (self.root / "told").read_text(encoding="utf-8")

    def finish(self, run: subprocess.Popen, pids: list[int]) -> str:
        out, _ = run.communicate(timeout=60)
        for pid in pids:
            self.assertTrue(ends(pid), pid)
        return out

    def assert_first_cell_is_kept(self, out: str) -> None:
        self.assertIn("1×64×1: 1 connection", out)
        self.assertEqual(len(self.written()["benchmarks"]), 3)

    def test_CtrlCLeavesResultsAndNoChild(self) -> None:
        run, pids = self.begin()
        run.send_signal(signal.SIGINT)
        out = self.finish(run, pids)
        self.assertEqual(run.returncode, 130)
        self.assert_first_cell_is_kept(out)

    def test_SigtermDoesTheSame(self) -> None:
        run, pids = self.begin()
        run.send_signal(signal.SIGTERM)
        out = self.finish(run, pids)
        self.assertEqual(run.returncode, 143)
        self.assert_first_cell_is_kept(out)

    def test_ChildThatDoesNotEndIsKilledWithAllThatItStarted(self) -> None:
        run, pids = self.begin(FAKE_IS_STUBBORN="1")
        run.send_signal(signal.SIGINT)
        out = self.finish(run, pids)
        self.assertEqual(run.returncode, 130)
        self.assert_first_cell_is_kept(out)

    def test_SecondCtrlCEndsAtOnceAndLeavesNoChild(self) -> None:
        run, pids = self.begin(FAKE_IS_STUBBORN="1")
        run.send_signal(signal.SIGINT)
        self.assertEqual(self.told(), "SIGTERM\n")
        run.send_signal(signal.SIGINT)
        self.finish(run, pids)
        self.assertEqual(run.returncode, 130)
        self.assertFalse((self.out / "results.json").exists())


def ends(pid: int) -> bool:
    """Whether a process that may be none of our children has ended, or does so within ten seconds
    (a kill takes a moment)."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    unittest.main()
