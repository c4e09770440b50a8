"""Chapter 6's server on completions, from outside: how often it asks the kernel. It is run with the
program's name:

    proactor_test.py build/release/06_tasks_futures/echo_server
"""
from __future__ import annotations

import os
import re
import signal

from server_case import ServerCase, main

CLIENTS = 50
ROUNDS = 20
MESSAGE = bytes(1024)


class ProactorTest(ServerCase):
    def pause(self) -> None:
        self.server.send_signal(signal.SIGSTOP)
        os.waitpid(self.server.pid, os.WUNTRACED)

    def turns_and_calls(self) -> tuple[int, int]:
        last = self.end()[-1]
        match = re.fullmatch(r"io_uring: (\d+) turns, (\d+) system calls", last)
        self.assertTrue(match, last)
        return int(match[1]), int(match[2])

    def test_a_batch_is_one_call_whatever_is_in_it(self):
        self.start("--loop", "proactor")
        clients = [self.connect() for _ in range(CLIENTS)]
        for client in clients:
            self.echo(client)
        for _ in range(ROUNDS):
            self.pause()  # so that it finds the messages of all at once
            for client in clients:
                client.sendall(MESSAGE)
            self.server.send_signal(signal.SIGCONT)
            for client in clients:
                self.hear(client, MESSAGE)
        turns, calls = self.turns_and_calls()
        one_by_one = 2 * CLIENTS  # when each came, and was answered
        self.assertLess(turns, 3 * one_by_one + 5 * ROUNDS)
        self.assertLessEqual(calls, turns + CLIENTS + 2)  # and one for each who is closed

    def test_the_other_loop_has_no_such_count(self):
        self.start()
        client = self.connect()
        self.echo(client)
        self.assertEqual(len(self.end()), 2)  # the client came and left


if __name__ == "__main__":
    main()
