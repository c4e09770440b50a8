"""The chat room, with nc for its guests. It is run with the program's name:

    chat_server_test.py build/release/06_tasks_futures/examples/chat_server
"""
from __future__ import annotations

import select
import shutil
import signal
import socket
import subprocess
import sys
import unittest

DEADLINE = 20.0
PROGRAM = ""


def on_alarm(*_) -> None:
    raise TimeoutError("nothing came")


class Guest:
    """nc, and what it has shown."""

    def __init__(self, port: int, name: str = ""):
        self.nc = subprocess.Popen(["nc", "127.0.0.1", str(port)], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, bufsize=1)
        self.expected("What is your name?")
        if name:
            self.say(name)

    def say(self, line: str) -> None:
        self.nc.stdin.write(line + "\n")

    def expected(self, line: str) -> None:
        heard = self.nc.stdout.readline()
        assert heard == line + "\n", f"heard {heard!r} instead of {line!r}"

    def leave(self) -> None:
        self.nc.kill()
        self.nc.wait(DEADLINE)
        self.nc.stdin.close()
        self.nc.stdout.close()


@unittest.skipUnless(shutil.which("nc"), "needs nc")
class ChatTest(unittest.TestCase):
    def setUp(self):
        self.server = subprocess.Popen([PROGRAM, "--port", "0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
        line = self.server.stdout.readline()
        self.assertRegex(line, r"^listening on 127\.0\.0\.1:\d+\n$")
        self.port = int(line.rsplit(":", 1)[1])
        self.guests = []
        signal.alarm(int(DEADLINE))  # a line that never comes

    def tearDown(self):
        self.server.send_signal(signal.SIGTERM)
        out, err = self.server.communicate(timeout=DEADLINE)
        signal.alarm(0)
        for guest in self.guests:
            guest.leave()
        self.assertEqual((self.server.returncode, out, err), (0, "", ""))

    def guest(self, name: str = "") -> Guest:
        self.guests.append(Guest(self.port, name))
        return self.guests[-1]

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), DEADLINE)
        self.addCleanup(connection.close)
        return connection

    def two(self) -> tuple[Guest, Guest]:
        ada = self.guest("ada")
        bob = self.guest("bob")
        # Whose name came first isn't known: that one is told of the other.
        ready, _, _ = select.select([ada.nc.stdout, bob.nc.stdout], [], [], DEADLINE)
        first, other = (ada, "bob") if ada.nc.stdout in ready else (bob, "ada")
        first.expected(f"{other} has come")
        return ada, bob

    def test_what_one_says_the_others_hear(self):
        ada, bob = self.two()
        eve = self.guest("eve")
        ada.expected("eve has come")
        bob.expected("eve has come")
        ada.say("hello")
        bob.expected("ada: hello")
        eve.expected("ada: hello")
        eve.say("hello ada")
        ada.expected("eve: hello ada")
        bob.expected("eve: hello ada")

    def test_who_leaves_is_told_of(self):
        ada, bob = self.two()
        bob.leave()
        ada.expected("bob has left")

    def test_nobody_hears_who_has_no_name_yet(self):
        ada, bob = self.two()
        nobody = self.guest()
        ada.say("first")
        bob.expected("ada: first")
        nobody.leave()
        ada.say("second")
        bob.expected("ada: second")

    def test_an_empty_name_is_none(self):
        ada, bob = self.two()
        nobody = self.connect()
        nobody.sendall(b"\r\n")
        self.assertEqual(nobody.makefile().read(), "What is your name?\n")
        ada.say("still here")
        bob.expected("ada: still here")

    def test_what_would_move_a_cursor_is_not_passed_on(self):
        ada, bob = self.two()
        ada.say("\x1b[2Jred\x07")
        bob.expected("ada: ?[2Jred?")
        ada.say("\x9b2J\xa0\xe9")
        bob.expected("ada: ?2J\xa0\xe9")

    def test_a_line_too_long_ends_the_visit_and_nobody_elses(self):
        ada, bob = self.two()
        flood = self.connect()
        flood.sendall(b"flood\n" + b"x" * 100_000)
        ada.expected("flood has come")
        ada.expected("flood has left")
        bob.expected("flood has come")
        bob.expected("flood has left")
        ada.say("where were we?")
        bob.expected("ada: where were we?")

    def test_who_does_not_read_is_thrown_out_and_holds_nobody_up(self):
        ada, bob = self.two()
        deaf = self.connect()
        deaf.sendall(b"deaf\n")
        ada.expected("deaf has come")
        bob.expected("deaf has come")
        line = "x" * 60_000
        for _ in range(1_000):
            ada.say(line)
            heard = bob.nc.stdout.readline()
            if heard == "deaf has left\n":
                break
            self.assertEqual(heard, f"ada: {line}\n")
        else:
            self.fail("nobody was thrown out")

    def test_who_reads_hears_all_of_what_is_said_at_once(self):
        ada, bob = self.two()
        flood = self.connect()
        lines = [f"line {i}" for i in range(1_000)]
        flood.sendall("\n".join(["flood", *lines, ""]).encode())
        for guest in (ada, bob):
            guest.expected("flood has come")
            for line in lines:
                guest.expected(f"flood: {line}")

    def test_many_who_leave_at_once_throw_nobody_out(self):
        ada, _ = self.two()
        many = [self.connect() for _ in range(150)]
        for i, guest in enumerate(many):
            guest.sendall(f"guest {i}\n".encode())
        come = {ada.nc.stdout.readline() for _ in many}
        self.assertEqual(come, {f"guest {i} has come\n" for i in range(150)})
        self.server.send_signal(signal.SIGSTOP)
        for guest in many:
            guest.close()
        self.server.send_signal(signal.SIGCONT)
        left = {ada.nc.stdout.readline() for _ in many}
        self.assertEqual(left, {f"guest {i} has left\n" for i in range(150)})

    def test_a_reset_is_a_leaving(self):
        ada, _ = self.two()
        rude = self.connect()
        rude.sendall(b"rude\n")
        ada.expected("rude has come")
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        rude.close()
        ada.expected("rude has left")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    signal.signal(signal.SIGALRM, on_alarm)
    unittest.main()
