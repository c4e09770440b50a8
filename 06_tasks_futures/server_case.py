"""What the tests of chapter 6's server from outside share. Each is run with the program's name."""
from __future__ import annotations

import signal
import socket
import subprocess
import sys
import unittest

DEADLINE = 20.0


class ServerCase(unittest.TestCase):
    program = ""

    def run_program(self, *options: str, **more) -> tuple[int, str, str]:
        """Its exit code, and what it said on stdout and stderr."""
        done = subprocess.run([self.program, *options], capture_output=True, text=True,
                              timeout=DEADLINE, **more)
        return done.returncode, done.stdout, done.stderr

    def start(self, *options: str) -> None:
        self.server = subprocess.Popen([self.program, "--port", "0", *options], text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        signal.alarm(int(DEADLINE))  # a line that never comes
        self.addCleanup(signal.alarm, 0)
        line = self.server.stdout.readline()
        if not line:
            self.did_not_start(self.server.stderr.read())
        self.assertRegex(line, r"^listening on 127\.0\.0\.1:\d+\n$")
        self.port = int(line.rsplit(":", 1)[1])

    def did_not_start(self, error: str) -> None:
        if error.startswith("io_uring: "):
            self.skipTest(error)
        self.fail(error)

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

    def hear(self, client: socket.socket, text: bytes) -> None:
        heard = b""
        while len(heard) < len(text):
            more = client.recv(len(text))
            self.assertTrue(more, "the end of the stream")
            heard += more
        self.assertEqual(heard, text)

    def echo(self, client: socket.socket, text: bytes = b"hello") -> None:
        client.sendall(text)
        self.hear(client, text)


def main() -> None:
    ServerCase.program = sys.argv.pop(1)
    unittest.main()
