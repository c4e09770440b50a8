#!/usr/bin/env python3
"""Each rule of the book has a page that keeps it and a page that breaks it."""
from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import benchmark_json
import figures
import links
import masks
import plots
import snippets
import transcripts
from pages import BookError, Page, Problem, find_pages

HERE = Path(__file__).resolve().parent

SOURCE = """\
// An example.
namespace {
  // [region receive]
  int receive() {

    return 1;
  }
  // [end receive]
  // [region serve]
  void serve() {
    // [region loop]
    while (receive()) {
    }
    // [end loop]
  }
  // [end serve]
}
"""

RECEIVE = ["int receive() {", "", "  return 1;", "}"]

ECHO_SERVER = """\
import socket, sys, threading

def serve(client, name):
    print("connection from", name, flush=True)
    while data := client.recv(65536):
        client.sendall(data)
    print("closed", name, flush=True)

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(f"listening on 127.0.0.1:{sys.argv[1]}", flush=True)
try:
    while True:
        client, (host, port) = listener.accept()
        threading.Thread(target=serve, args=(client, f"{host}:{port}"), daemon=True).start()
except KeyboardInterrupt:
    pass
"""

CLIENT = """\
import socket, sys

server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
try:
    for line in sys.stdin:
        server.sendall(line.encode())
        print(server.recv(65536).decode(), end="", flush=True)
except KeyboardInterrupt:
    pass
"""

BUSY_THEN_WAITING = """\
import signal, time

signal.signal(signal.SIGINT, signal.SIG_IGN)
print("busy", flush=True)
until = time.monotonic() + 0.2
while time.monotonic() < until:
    pass
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    input()
except KeyboardInterrupt:
    print("interrupted")
"""


class BookTest(unittest.TestCase):
    """A project in a temporary folder, into which each test writes its page."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def page(self, *lines: str, name: str = "README.md") -> Page:
        return Page(self.write(name, "\n".join(lines) + "\n"), self.root)

    def assert_problem(self, problems: list[Problem], line: int, *words: str) -> None:
        """One problem, in this line, whose text has all these words."""
        self.assertEqual([problem.line for problem in problems], [line], problems)
        for word in words:
            self.assertIn(word, str(problems[0]))


def fence(language: str, *lines: str, mark: str = "", ticks: str = "```") -> list[str]:
    marks = [f"<!-- {mark} -->"] if mark else []
    return [*marks, ticks + language, *lines, ticks]


class Pages(BookTest):
    def test_FenceInsideALongerFenceIsText(self) -> None:
        page = self.page(*fence("markdown", *fence("cpp", "int x;"), ticks="````"), "prose")
        self.assertEqual([block.language for block in page.fences], ["markdown"])
        self.assertEqual(page.prose, [(6, "prose")])

    def test_FenceThatIsNeverClosedIsReported(self) -> None:
        self.assert_problem(self.page("", "```text", "a").problems, 2, "never closed")

    def test_MarkBeforeNoFenceIsReported(self) -> None:
        self.assert_problem(self.page("<!-- code: a.cpp -->", "prose").problems, 1, "no fence")

    def test_EmptyLineMayStandBetweenMarkAndFence(self) -> None:
        page = self.page("<!-- code: a.cpp -->", "", "```cpp", "```")
        self.assertEqual(page.fences[0].mark.value, "a.cpp")
        self.assertEqual(page.problems, [])

    def test_MisspeltMarkIsReported(self) -> None:
        page = self.page(*fence("console", "$ true", mark="terminl: A"))
        self.assert_problem(page.problems, 1, "unknown mark `terminl:`")

    def test_FenceInAQuotationIsReported(self) -> None:
        self.assert_problem(self.page("> ```cpp", "> int x;", "> ```").problems[:1], 1, "quotation")

    def test_BuiltPagesAreLeftOut(self) -> None:
        for name in ("README.md", "01_blocking/README.md", "build/x/README.md"):
            self.write(name, "")
        names = [str(path.relative_to(self.root)) for path in find_pages(self.root)]
        self.assertEqual(names, ["01_blocking/README.md", "README.md"])


class Snippets(BookTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("a.cpp", SOURCE)

    def check(self, *lines: str) -> list[Problem]:
        page = self.page(*lines)
        passages, problems = snippets.passages(page)
        return problems + list(page.compare(passages)) + list(snippets.fence_problems(page))

    def test_RegionOnThePagePasses(self) -> None:
        self.assertEqual(self.check(*fence("cpp", *RECEIVE, mark="code: a.cpp receive")), [])

    def test_StaleSnippetIsShownAsADifference(self) -> None:
        stale = ["int receive() {", "", "  return 2;", "}"]
        problems = self.check(*fence("cpp", *stale, mark="code: a.cpp receive"))
        self.assert_problem(problems, 3, "`a.cpp receive`", "-  return 2;", "+  return 1;")

    def test_UpdateWritesWhatCheckWants(self) -> None:
        page = self.page("before", *fence("cpp", mark="code: a.cpp receive, loop"), "after")
        self.assertTrue(page.rewrite(snippets.passages(page)[0]))
        lines = Page(page.path, self.root).lines
        loop = ["while (receive()) {", "}"]
        self.assertEqual(lines, ["before", "<!-- code: a.cpp receive, loop -->", "```cpp",
                                 *RECEIVE, "", *loop, "```", "after"])

    def test_MarkerLinesOfInnerRegionsAreNotShown(self) -> None:
        source = snippets.Source(self.root / "a.cpp", "a.cpp")
        self.assertEqual(source.region("serve"), ["void serve() {", "  while (receive()) {", "  }", "}"])
        self.assertNotIn("region", "".join(source.whole()))

    def test_RegionsMayOverlap(self) -> None:
        path = self.write("b.py", "# [region a]\n1\n# [region b]\n2\n# [end a]\n3\n# [end b]\n")
        source = snippets.Source(path, "b.py")
        self.assertEqual((source.region("a"), source.region("b")), (["1", "2"], ["2", "3"]))

    def test_UnknownRegionNamesTheKnownOnes(self) -> None:
        problems = self.check(*fence("cpp", mark="code: a.cpp send"))
        self.assert_problem(problems, 1, "no region `send`", "receive, serve, loop")

    def test_UnknownFileIsReported(self) -> None:
        self.assert_problem(self.check(*fence("cpp", mark="code: b.cpp")), 1, "no file b.cpp")

    def test_FileOutsideTheProjectIsReported(self) -> None:
        self.assert_problem(self.check(*fence("cpp", mark="code: ../b.cpp")), 1, "outside")

    def test_BrokenRegionsAreReported(self) -> None:
        cases = {"// [region a]\n// [end a]\n// [region a]\n// [end a]\n": "bad.cpp:3: a second region",
                 "// [region a]\n": "bad.cpp:1: region `a` has no end",
                 "// [end a]\n": "bad.cpp:1: the end of `a`, which isn't open",
                 "// [region a b]\n": "bad.cpp:1: `a b` is no name"}
        for text, message in cases.items():
            with self.subTest(message):
                self.write("bad.cpp", text)
                self.assert_problem(self.check(*fence("cpp", mark="code: bad.cpp a")), 1, message)

    def test_UnmarkedCodeIsReported(self) -> None:
        self.assert_problem(self.check("", *fence("cpp", "int x;")), 2, "a fence of `cpp` needs")

    def test_ShellOutsideConsoleIsReported(self) -> None:
        self.assert_problem(self.check(*fence("bash", "ls")), 1, "`console`")
        self.assert_problem(self.check(*fence("text", "$ ls")), 1, "`console`")
        self.assertEqual(self.check(*fence("text", "ls")), [])

    def test_OneBlockMayBeExemptWithAReason(self) -> None:
        exempt = fence("cpp", "int x;", mark="not run: only on Windows")
        self.assertEqual(self.check(*exempt), [])
        self.assert_problem(self.check(*exempt, *exempt), 5, "a second `not run`", "line 1")
        self.assert_problem(self.check(*fence("cpp", mark="not run: ")), 1, "no reason")

    def test_WideLineIsReported(self) -> None:
        self.write("wide.py", "x" * 81 + "\n")
        problems = self.check(*fence("python", "x" * 81, mark="code: wide.py"))
        self.assert_problem(problems, 1, "81 columns", "at most 80")

    def test_DiffOfTwoRegionsIsGenerated(self) -> None:
        self.write("b.cpp", SOURCE.replace("return 1", "return 2"))
        wanted = [" int receive() {", "", "-  return 1;", "+  return 2;", " }"]
        mark = "diff: a.cpp receive .. b.cpp receive"
        self.assertEqual(self.check(*fence("diff", *wanted, mark=mark)), [])
        self.assert_problem(self.check(*fence("diff", *wanted[1:], mark=mark)), 3, "+ int receive")
        self.assert_problem(self.check(*fence("diff", mark="diff: a.cpp")), 1, "two regions")


class Transcripts(BookTest):
    def play(self, *lines: str) -> list[Problem]:
        return transcripts.play(self.page(*lines))[1]

    def test_SessionThatGoesAsShownPasses(self) -> None:
        self.assertEqual(self.play(*fence("console", "$ echo a; \\", "  echo b", "a", "b",
                                          "$ printf c", "c", "$ true")), [])

    def test_WrongLineIsShownAsADifference(self) -> None:
        problems = self.play("", *fence("console", "$ seq 3", "1", "9", "3"))
        self.assert_problem(problems, 3, "`$ seq 3`", "-9", "+2")

    def test_MissingLineIsReported(self) -> None:
        problems = self.play(*fence("console", "$ seq 2", "1", "2", "3"))
        self.assert_problem(problems, 2, "not all of the shown output has come before it ended", "-3")

    def test_ExtraLineIsReported(self) -> None:
        problems = self.play(*fence("console", "$ seq 3", "1", "2", "$ true"))
        self.assert_problem(problems, 2, "`3` isn't shown", "+3")

    def test_DotsStandForAnyNumberOfLines(self) -> None:
        self.assertEqual(self.play(*fence("console", "$ seq 9", "...", "3", "...", "9")), [])
        self.assertEqual(self.play(*fence("console", "$ seq 2", "1", "...", "2", "...")), [])
        problems = self.play(*fence("console", "$ seq 9", "...", "11", "..."))
        self.assert_problem(problems, 2, "not all of the shown output")

    def test_CommandThatHangsMeetsItsDeadline(self) -> None:
        started = time.monotonic()
        problems = self.play(*fence("console", "$ sleep 60", mark="terminal: x, within: 200 ms"))
        self.assert_problem(problems, 3, "terminal x", "hasn't ended within 0.2 s", "keeps running")
        self.assertLess(time.monotonic() - started, 2)

    def test_OutputThatDoesNotComeMeetsItsDeadline(self) -> None:
        problems = self.play(*fence("console", "$ cat", "hello", "^C", mark="terminal: x, within: 200 ms"))
        self.assert_problem(problems, 3, "within 0.2 s", "-hello")

    def test_TypedLinesAndKeysReachTheProgram(self) -> None:
        self.assertEqual(self.play(*fence("console", "$ cat", "> hello", "hello", "> again", "again", "^C",
                                          "$ cat", "> once", "once", "^D",
                                          "$ sleep 60", "^C", "$ echo $?", "130")), [])

    def test_TwoClientsTalkToOneServer(self) -> None:
        self.write("server.py", ECHO_SERVER)
        self.write("client.py", CLIENT)
        for client in filter(None, ("python3 client.py", shutil.which("nc") and "nc 127.0.0.1")):
            with self.subTest(client):
                self.assertEqual(self.play(*self.session(client, free_port())), [])

    def session(self, client: str, port: int) -> list[str]:
        server, a, b = "terminal: server", "terminal: A", "terminal: B"
        return [
            *fence("console", f"$ python3 server.py {port}", f"listening on 127.0.0.1:{port}", mark=server),
            *fence("console", f"$ {client} {port}", "> hello", "hello", mark=a),
            *fence("console", "connection from 127.0.0.1:40312", mark=server),
            *fence("console", f"$ {client} {port}", "> hi", "hi", "^C", mark=b),
            *fence("console", "> still here", "still here", "^C", mark=a),
            *fence("console", "...", "closed 127.0.0.1:40312", "closed 127.0.0.1:40314", "^C", mark=server)]

    def test_KeyIsPressedWhenTheProgramWaits(self) -> None:
        self.write("busy.py", BUSY_THEN_WAITING)
        self.assertEqual(self.play(*fence("console", "$ python3 busy.py", "busy", "^C", "interrupted",
                                          mark="terminal: x, within: 5 s")), [])

    def test_ProgramThatHasEndedIsNotTypedTo(self) -> None:
        problems = self.play(*fence("console", "$ true", "> hello", "hello", mark="terminal: x, within: 1 s"))
        self.assertEqual(len(problems), 1)
        problems = self.play(*fence("console", "$ echo a", "a"), *fence("console", "^C"))
        self.assert_problem(problems, 2, "has ended, but line 6 goes on with it")

    def test_RunningProgramMayNotPrintMoreThanIsShown(self) -> None:
        shown = fence("console", "$ echo a; echo b; cat", "a", mark="terminal: x, keeps running")
        self.assert_problem(self.play(*shown), 3, "`b` isn't shown")

    def test_ProgramLeftRunningMustBeDeclared(self) -> None:
        session = ("console", "$ cat")
        self.assertEqual(self.play(*fence(*session, mark="terminal: x, keeps running")), [])
        problems = self.play(*fence(*session, mark="terminal: x, within: 200 ms"))
        self.assert_problem(problems, 3, "hasn't ended")

    def test_SilenceIsAsserted(self) -> None:
        mark = "terminal: B, silent for: 400 ms"
        self.assertEqual(self.play(*fence("console", "$ cat", "> a", "a", mark=mark)), [])
        self.assertEqual(self.play(*fence("console", "$ cat", "> a", "a", "^C", mark=mark)), [])
        problems = self.play(*fence("console", "$ sleep 0.2; echo late; cat", mark=mark))
        self.assert_problem(problems, 3, "`late` isn't shown", "silent for: 400 ms")

    def test_MasksForgivePortsAndTimesOnBothSides(self) -> None:
        self.assertEqual(self.play(*fence(
            "console", "$ echo 127.0.0.1:45678, 3.2 ms, pid 77", "127.0.0.1:40312, 12 s, pid 1")), [])
        problems = self.play(*fence("console", "$ echo 127.0.0.1:5001", "127.0.0.1:5000"))
        self.assert_problem(problems, 2, "+127.0.0.1:5001")

    def test_UnknownOptionIsReported(self) -> None:
        problems = self.play(*fence("console", "$ true", mark="terminal: x, wihtin: 1 s"))
        self.assert_problem(problems, 2, "unknown option `wihtin: 1 s`")
        problems = self.play(*fence("console", "$ true", mark="terminal: x, within: soon"))
        self.assert_problem(problems, 2, "`soon` is no duration")

    def test_OutputBeforeAnyCommandIsReported(self) -> None:
        self.assert_problem(self.play(*fence("console", "hello")), 2, "no command is running")

    def test_MissingBuildIsSaidPlainly(self) -> None:
        problems = self.play(*fence("console", "$ build/release/x/server"))
        self.assert_problem(problems, 2, "build/release, which isn't there")

    def test_UpdateTakesWhatIsPrinted(self) -> None:
        page = self.page(*fence("console", "$ seq 2", "7", "$ cat", "> a", "b", "^C"))
        passages, problems, _ = transcripts.play(page, accept=True)
        self.assertEqual(problems, [])
        self.assertEqual(passages[0].wanted, ["$ seq 2", "1", "2", "$ cat", "> a", "a", "^C"])

    def test_NothingIsLeftRunning(self) -> None:
        self.assertEqual(self.play(*fence(
            "console", "$ sleep 600 & echo $! > a; setsid -f bash -c 'echo $$ > b; exec sleep 600'",
            "[1] 1", "$ until [ -s b ]; do :; done")), [])
        for name in "ab":
            self.assert_ended(name)

    def test_CheckerThatIsEndedEndsItsTerminals(self) -> None:
        self.page(*fence("console", "$ echo $$ > a; sleep 600"))
        checker = subprocess.Popen([sys.executable, HERE / "book.py", "--root", self.root, "check"],
                                   stdout=subprocess.DEVNULL)
        until(lambda: (self.root / "a").exists() and (self.root / "a").read_text().strip())
        checker.send_signal(signal.SIGTERM)
        self.assertEqual(checker.wait(10), 143)
        self.assert_ended("a")

    def assert_ended(self, name: str) -> None:
        """The process whose id stands in the file is gone, or waits to be reaped."""
        command_line = Path("/proc") / (self.root / name).read_text().strip() / "cmdline"
        until(lambda: not command_line.exists() or not command_line.read_bytes())


class Masks(unittest.TestCase):
    def test_EachPatternMasksItsOwnKind(self) -> None:
        cases = {"connection from 127.0.0.1:40312": "connection from 127.0.0.1:<port>",
                 "[::1]:40312": "[::1]:<port>", "[1] 4711": "[1] <pid>", "pid 4711": "pid <pid>",
                 "in 0.123 s": "in <time>", "Passed    0.01 sec": "Passed <time>",
                 "real\t0m1.234s": "real\t<time>", "RSS 1,234 KiB": "RSS <memory>",
                 "99.8% CPU": " <share> CPU"}
        for line, masked in cases.items():
            with self.subTest(line):
                self.assertEqual(masks.masked(line), masked)

    def test_WhatThePageClaimsIsNotMasked(self) -> None:
        for line in ("listening on 127.0.0.1:5000", "closed, 27 bytes", "64 KiB", "5 servers", "100%"):
            with self.subTest(line):
                self.assertEqual(masks.masked(line), line)


class Figures(BookTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("measured/figures.py", (HERE / "example/measured/figures.py").read_text())
        self.write_json()

    def write_json(self, repetitions: int = 3, **context: str) -> None:
        runs = [{"name": f"ready/{kind}/idle:{idle}/real_time", "run_type": "iteration",
                 "run_name": f"ready/{kind}/idle:{idle}", "repetition_index": i,
                 "real_time": idle * (10 + i), "cpu_time": 1.0, "time_unit": "ns", "fds": idle}
                for kind in ("select", "poll", "epoll") for idle in (10, 100, 1000, 10000)
                for i in range(repetitions)]
        self.write("measured/select.json", json.dumps({"benchmarks": runs, "context": {
            "cpu": "A CPU", "num_cpus": 2, "compiler": "GCC 12", "date": "2025-11-21T10:00:00",
            "command": "bench", **context}}))

    def check(self, *lines: str) -> list[Problem]:
        page = self.page(*lines)
        passages, problems = figures.passages(page)
        return problems + list(page.compare(passages))

    def test_TableIsWrittenWithItsCaption(self) -> None:
        page = self.page("<!-- table: measured/select.json cost -->", "<!-- end table -->")
        self.assert_problem(self.check(*page.lines), 2, "differs from measured/select.json cost")
        page.rewrite(figures.passages(page)[0])
        lines = Page(page.path, self.root).lines
        self.assertEqual(self.check(*lines), [])
        self.assertIn("| 10               |    110 ns (100 ns to 120 ns) |", lines[4])
        self.assertIn("*A CPU, 2 processors; GCC 12; 2025-11-21; median of 3 repetitions; `bench`*", lines)

    def test_StaleFigureInALineIsReported(self) -> None:
        line = "It takes <!-- figure: measured/select.json epoll_10000 -->{}<!-- end -->."
        self.assertEqual(self.check(line.format("110 µs")), [])
        self.assert_problem(self.check(line.format("99 µs")), 1, "-->99 µs", "-->110 µs")

    def test_MissingContextIsReported(self) -> None:
        self.write_json(compiler="")
        problems = self.check("<!-- table: measured/select.json cost -->", "<!-- end table -->")
        self.assert_problem(problems, 1, "lacks compiler")

    def test_TooFewRepetitionsAreReported(self) -> None:
        self.write_json(repetitions=1)
        problems = self.check("<!-- table: measured/select.json cost -->", "<!-- end table -->")
        self.assert_problem(problems, 1, "--benchmark_repetitions")

    def test_UnknownNamesAreReported(self) -> None:
        cases = {"<!-- figure: measured/select.json x -->1<!-- end -->": "figures.py has no `x`",
                 "<!-- figure: measured/y.json x -->1<!-- end -->": "y.json",
                 "<!-- figure: measured/select.json x -->1": "isn't complete",
                 "<!-- table: measured/select.json cost -->": "no `<!-- end table -->`"}
        for line, message in cases.items():
            with self.subTest(message):
                self.assert_problem(self.check(line), 1, message)

    def test_MarksInCodeSpansAreExamples(self) -> None:
        self.assertEqual(self.check("`<!-- table: a b -->`"), [])

    def test_PlotIsStaleOnceItsSourcesChange(self) -> None:
        file = self.root / "measured/figures.py"
        plot = figures.declared(file)["cost"]
        self.assert_problem(figures.stale_plots(self.root, [self.root]), 1, "img/cost.svg is out of date")
        self.write("img/cost.svg", plots.stamp(file, "cost", plot))
        self.assertEqual(figures.stale_plots(self.root, [self.root]), [])
        self.write_json(command="another")
        self.assert_problem(figures.stale_plots(self.root, [self.root]), 1, "out of date")

    def test_PlotIsDrawnTheSameEachTime(self) -> None:
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("this Python has no matplotlib")
        pictures = []
        for _ in range(2):
            self.assertEqual(list(figures.draw(self.root, self.root / "measured/figures.py")), [])
            pictures.append((self.root / "img/cost.svg").read_text())
        self.assertEqual(pictures[0], pictures[1])
        self.assertEqual(figures.stale_plots(self.root, [self.root]), [])
        self.assertIn("prefers-color-scheme: dark", pictures[0])

    def test_ColoursMoveIntoClasses(self) -> None:
        self.assertEqual(plots.classed("fill: none; stroke: #0969da; stroke-width: 2"),
                         'class="stroke-line1" style="fill: none; stroke-width: 2"')

    def test_LabelsAtOnePlaceMoveApart(self) -> None:
        self.assertEqual(plots.shifts([(9, 20.0), (9, 18.0), (5, 20.0)]), [12.0, 0.0, 0.0])

    def test_CountersAndArgumentsAreRead(self) -> None:
        benchmarks = benchmark_json.Benchmarks(self.root / "measured/select.json")
        self.assertEqual(benchmarks.counters("ready/poll", "fds")[3], (10000, 10000, 10000, 10000))
        self.assertEqual(benchmark_json.last_argument("a/idle:100/8/real_time/threads:2"), 8)
        with self.assertRaisesRegex(BookError, "no counter `x`"):
            benchmarks.counter("ready/poll/idle:10", "x")

    def test_ValuesAreWrittenWithThreeDigits(self) -> None:
        written = [benchmark_json.time(seconds) for seconds in (0, 1.234e-8, 9.999e-7, 0.0123, 1234)]
        self.assertEqual(written, ["0 ns", "12.3 ns", "1.00 µs", "12.3 ms", "1,234 s"])
        self.assertEqual(benchmark_json.kib(65536), "64.0 KiB")


class Links(BookTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("GLOSSARY.md", "# Glossary\n## `select()` & *friends*\n## Loop\n## Loop\n")
        self.write("a.cpp", "")
        self.write("img/a.svg", "")

    def check(self, *lines: str) -> list[Problem]:
        return list(links.problems(self.page(*lines)))

    def test_LinksThatLeadSomewherePass(self) -> None:
        alt = "Client B waits until client A has left the server"
        self.assertEqual(self.check(
            "# Top", "[a](a.cpp) [b](/GLOSSARY.md#loop-1) [c](#top) [d](https://example.org/#x)",
            "[`e`](GLOSSARY.md#select--friends)", f"![{alt}](img/a.svg)", "`[f](nowhere)`", "[g](img)",
            *fence("text", "[h](nowhere)")), [])

    def test_LinksThatLeadNowhereAreReported(self) -> None:
        cases = {"[a](b.cpp)": "b.cpp leads to no file", "[a](#nowhere)": "no heading; there are",
                 "[a](GLOSSARY.md#x)": "glossary, select--friends, loop, loop-1",
                 "[a](a.cpp#L10)": "names a line", "[a](a.cpp#serve)": "no headings",
                 "[a](../b.md)": "outside", "[a]: b.cpp": "no file", '<a href="b.cpp">': "no file"}
        for line, message in cases.items():
            with self.subTest(line):
                self.assert_problem(self.check(line), 1, message)

    def test_PictureNeedsAnAltTextThatTellsItsStory(self) -> None:
        self.assert_problem(self.check("![a plot](img/a.svg)"), 1, "alt text", "6 characters")
        self.assert_problem(self.check('<img src="img/a.svg">'), 1, "0 characters")


class CommandLine(BookTest):
    def run_book(self, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, str(HERE / "book.py"), "--root", str(self.root), *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    def test_CheckOfAGoodPageExitsWithZero(self) -> None:
        self.page(*fence("console", "$ echo a", "a"), *fence("cpp", mark="not run: a reason"))
        code, output = self.run_book("check")
        self.assertEqual(code, 0, output)
        self.assertIn("README.md:6: not run: a reason", output)
        self.assertIn("1 page, 0 snippets, 0 figures, 0 links, 1 scene: all as it should be", output)

    def test_FailedCheckExitsWithOneAndUpdateMendsIt(self) -> None:
        self.write("a.py", "print(1)\n")
        page = self.page(*fence("python", mark="code: a.py"), *fence("console", "$ python3 a.py"))
        code, output = self.run_book("check")
        self.assertEqual(code, 1, output)
        self.assertIn("README.md:3: differs from `a.py`", output)
        self.assertIn("`1` isn't shown", output)
        self.assertEqual(self.run_book("update")[0], 0)
        self.assertEqual(self.run_book("check", "snippets")[0], 0)
        self.assertEqual(self.run_book("check", "transcripts")[0], 1)
        self.assertEqual(self.run_book("update", "--transcripts", str(page.path))[0], 0)
        self.assertEqual(self.run_book("check")[0], 0)

    def test_WrongUsageExitsWithTwo(self) -> None:
        for arguments in ([], ["bogus"], ["check", "nowhere.md"], ["plot", "nowhere.py"]):
            with self.subTest(arguments):
                self.assertEqual(self.run_book(*arguments)[0], 2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds: float = 10) -> None:
    """Waits for the condition; a test that waits in vain fails."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("what the test waits for hasn't come")
        time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
