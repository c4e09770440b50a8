"""A page's sessions are played, and print what it shows."""
from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path
from typing import TextIO

import masks
import transcripts
from book_case import BookTest, fence
from pages import Problem

BOOK = Path(__file__).resolve().parent / "book.py"

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
            self.assert_ended(int((self.root / name).read_text()))

    def test_CheckerThatIsEndedEndsItsTerminals(self) -> None:
        os.mkfifo(self.root / "shell")
        self.page(*fence("console", "$ echo $$ > shell; sleep 600"))
        checker = subprocess.Popen([sys.executable, BOOK, "--root", self.root, "check"],
                                   stdout=subprocess.DEVNULL)
        with open(os.open(self.root / "shell", os.O_RDONLY | os.O_NONBLOCK)) as pipe:
            self.wait_for(pipe)
            shell = int(pipe.readline())
        checker.send_signal(signal.SIGTERM)
        self.assertEqual(checker.wait(10), 143)
        self.assert_ended(shell)

    def assert_ended(self, pid: int) -> None:
        """The process is gone, or waits to be reaped, or ends soon."""
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        with open(process) as end:
            self.wait_for(end)

    def wait_for(self, file: TextIO) -> None:
        """Until it can be read: a pipe by its first line, a process by its end."""
        self.assertTrue(select.select([file], [], [], 10)[0], "what the test waits for hasn't come")


class Masks(unittest.TestCase):
    def test_EachPatternMasksItsOwnKind(self) -> None:
        cases = {"connection from 127.0.0.1:40312": "connection from 127.0.0.1:<port>",
                 "[::1]:40312": "[::1]:<port>", "[1] 4711": "[1] <pid>", "pid 4711": "pid <pid>",
                 "worker 2 served 13 clients": "worker 2 served <some>",
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
