"""Chapter 6's server with several workers, from outside. It is run with the program's name:

    workers_test.py build/release/06_tasks_futures/echo_server
"""
from __future__ import annotations

import re
import resource
import signal

from server_case import ServerCase, main

CLIENTS = 200


class WorkersTest(ServerCase):
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
            self.assertEqual(self.run_program("--workers", second, "--port", str(self.port)), (1, "", in_use))
            self.echo(self.connect())
            self.end()

    def test_a_wrong_number_is_refused(self):
        for text in ("0", "-1", "257", "two", "2.5", "", "99999999999999999999"):
            self.assertEqual(self.run_program("--workers", text), (2, "", f"--workers: '{text}' is not a whole "
                                                      "number from 1 to 256\n"))

    def test_zeros_in_front_change_nothing(self):
        self.start("--workers", "012")
        self.assertEqual(len(self.served(self.end())), 12)

    def test_without_descriptors_it_says_so_in_one_line(self):
        for options, limit in (((), 5), (("--workers", "4"), 16)):
            code, out, error = self.run_program(
                "--port", "0", *options,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)))
            self.assertEqual((code, out), (1, ""))
            self.assertRegex(error, r"^[^\n]+: Too many open files\n$")


if __name__ == "__main__":
    main()
