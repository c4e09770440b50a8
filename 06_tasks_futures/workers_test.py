"""Chapter 6's server with several workers, from outside. It is run with the program's name:

    workers_test.py build/release/06_tasks_futures/echo_server
"""
from __future__ import annotations

import re
import resource
import signal
import socket
import subprocess
import sys
import unittest

DEADLINE = 20.0
CLIENTS = 200
PROGRAM = ""


def run(*options: str) -> tuple[int, str, str]:
    done = subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=DEADLINE)
    return done.returncode, done.stdout, done.stderr


class WorkersTest(unittest.TestCase):
    def start(self, *options: str) -> None:
        self.server = subprocess.Popen([PROGRAM, "--port", "0", *options], text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        signal.alarm(int(DEADLINE))  # a line that never comes
        self.addCleanup(signal.alarm, 0)
        line = self.server.stdout.readline()
        self.assertRegex(line, r"^listening on 127\.0\.0\.1:\d+\n$")
        self.port = int(line.rsplit(":", 1)[1])

    def end(self, number: int = signal.SIGTERM) -> list[str]:
        """The lines that it said after the first."""
        self.server.send_signal(number)
        out, err = self.server.communicate(timeout=DEADLINE)
        self.assertEqual((self.server.returncode, err), (0, ""))
        return out.splitlines()

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), DEADLINE)
        self.addCleanup(client.close)
        return client

    def echo(self, client: socket.socket, text: bytes = b"hello") -> None:
        client.sendall(text)
        heard = b""
        while len(heard) < len(text):
            more = client.recv(len(text))
            self.assertTrue(more, "the end of the stream")
            heard += more
        self.assertEqual(heard, text)

    def served(self, lines: list[str]) -> list[int]:
        matches = [re.fullmatch(r"worker (\d+) served (\d+) clients?", line)
                   for line in lines if line.startswith("worker")]
        self.assertEqual([int(match[1]) for match in matches], list(range(1, len(matches) + 1)))
        return [int(match[2]) for match in matches]

    def test_each_worker_gets_some_of_many_clients(self):
        self.start("--workers", "4")
        clients = [self.connect() for _ in range(CLIENTS)]
        for client in clients:
            self.echo(client)
        lines = self.end()
        served = self.served(lines)
        self.assertEqual((len(served), sum(served)), (4, CLIENTS))
        self.assertGreater(min(served), 0)
        for client in clients:
            peer = "%s:%d" % client.getsockname()
            self.assertIn(f"connection from {peer}", lines)
            self.assertIn(f"closed {peer}, 5 bytes", lines)

    def test_both_signals_end_it(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.start("--workers", "3")
            self.echo(self.connect())
            self.assertEqual(sum(self.served(self.end(number))), 1)

    def test_quiet_says_nothing_of_clients(self):
        self.start("--workers", "2", "--quiet")
        self.echo(self.connect())
        self.assertEqual(self.end(), [])

    def test_one_worker_is_the_server_as_it_was(self):
        for options in ((), ("--workers", "1")):
            self.start(*options)
            client = self.connect()
            self.echo(client)
            peer = "%s:%d" % client.getsockname()
            self.assertEqual(self.end(), [f"connection from {peer}", f"closed {peer}, 5 bytes"])

    def test_nobody_else_gets_its_port(self):
        for first, second in (("2", "1"), ("1", "2"), ("2", "2")):
            self.start("--workers", first)
            in_use = f"cannot listen on 127.0.0.1:{self.port}: Address already in use\n"
            self.assertEqual(run("--workers", second, "--port", str(self.port)), (1, "", in_use))
            self.echo(self.connect())
            self.end()

    def test_a_wrong_number_is_refused(self):
        for text in ("0", "-1", "257", "two", "2.5", "", "99999999999999999999"):
            self.assertEqual(run("--workers", text), (2, "", f"--workers: '{text}' is not a whole "
                                                      "number from 1 to 256\n"))

    def test_zeros_in_front_change_nothing(self):
        self.start("--workers", "012")
        self.assertEqual(len(self.served(self.end())), 12)

    def test_without_descriptors_it_says_so_in_one_line(self):
        for options, limit in (((), 5), (("--workers", "4"), 16)):
            done = subprocess.run(
                [PROGRAM, "--port", "0", *options], capture_output=True, text=True, timeout=DEADLINE,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, r"^[^\n]+: Too many open files\n$")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
