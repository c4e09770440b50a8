"""The gateway as its clients see it: asked by curl, by nc, and by bare sockets
where a client is to behave worse than these do.

    gateway_test.py GATEWAY WEATHER_UPSTREAM

The programs. Where a test has to know what the gateway is doing, the upstream is
a socket of the test's own."""
from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

SECONDS = 20.0  # for whatever should have happened long before
GATEWAY, UPSTREAM = (Path(name).resolve() for name in sys.argv[1:3])
ENVIRONMENT = {**os.environ, "ECHO_LADDER_SECOND": "1"}


class Program:
    """A server on a port of its own, from its first line on."""

    def __init__(self, *command: object) -> None:
        self.process = subprocess.Popen(
            [*map(str, command), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=ENVIRONMENT)
        try:
            line = self.process.stdout.readline().decode()
            self.address = re.fullmatch(r"listening on (127\.0\.0\.1:\d+)\n", line)[1]
        except TypeError:
            self.end()
            raise AssertionError(f"{command[0]} printed {line!r}") from None

    def url(self, target: str) -> str:
        return f"http://{self.address}{target}"

    def connect(self) -> socket.socket:
        host, port = self.address.split(":")
        return socket.create_connection((host, int(port)), SECONDS)

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it has left on stderr."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        try:
            _, errors = self.process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, errors.decode()


class Upstream:
    """A socket that the gateway may ask. The test answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(SECONDS)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]

    def accept(self) -> socket.socket:
        """A connection, once all of its request has come."""
        connection, _ = self.listener.accept()
        connection.settimeout(SECONDS)
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += connection.recv(4096)
        return connection


def answer_of(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


OSLO = answer_of("200 OK", b'{"city":"Oslo","weather":"snow"}')


def get(target: str = "/weather?city=Oslo", headers: str = "") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode()


def all_of(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def curl(*arguments: str) -> str:
    return subprocess.run(
        ["curl", "--noproxy", "*", "--silent", "--max-time", str(SECONDS), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=2 * SECONDS).stdout.decode()


def nc(address: str, data: bytes, last: bytes) -> bytes:
    """What comes, up to `last`. Until then nc's input goes on: each nc makes something else of its
    end."""
    with subprocess.Popen(["nc", *address.split(":")], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        deadline = threading.Timer(SECONDS, process.kill)
        deadline.start()
        process.stdin.write(data)
        process.stdin.flush()
        received = b""
        while last not in received and (chunk := process.stdout.read1(65536)):
            received += chunk
        deadline.cancel()
        process.kill()
        return received


class GatewayTest(unittest.TestCase):
    """After each test the gateway has as many descriptors as before."""

    def setUp(self) -> None:
        self.upstream = Program(UPSTREAM, "--delay", "0")
        self.addCleanup(self.assert_ends_well, self.upstream)
        self.gateway = self.start_gateway(self.upstream)

    def start_gateway(self, upstream: Program | Upstream, *options: str) -> Program:
        gateway = Program(GATEWAY, "--upstream", upstream.address, *options)
        self.addCleanup(self.assert_ends_well, gateway)
        self.addCleanup(self.assert_descriptors, gateway, gateway.descriptors())
        return gateway

    def own_upstream(self) -> Upstream:
        upstream = Upstream()
        self.addCleanup(upstream.listener.close)
        return upstream

    def assert_ends_well(self, program: Program) -> None:
        if program.process.returncode is None:
            self.assertEqual(program.end(), (0, ""))

    def assert_descriptors(self, program: Program, before: int) -> None:
        if program.process.returncode is not None:
            return
        deadline = time.monotonic() + SECONDS  # nothing tells when another closes one
        while program.descriptors() != before and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(program.descriptors(), before)

    def assert_serves(self, gateway: Program | None = None) -> None:
        with (gateway or self.gateway).connect() as client:
            client.sendall(get("/nowhere", "Connection: close\r\n"))
            self.assertTrue(all_of(client).startswith(b"HTTP/1.1 404 "))

    @contextmanager
    def asking(self, gateway: Program, data: bytes) -> Iterator[socket.socket]:
        with gateway.connect() as client:
            client.sendall(data)
            yield client


@unittest.skipUnless(shutil.which("curl"), "no curl")
class CurlTest(GatewayTest):
    def ask(self, target: str, *arguments: str) -> tuple[int, str]:
        """The status and the body."""
        output = curl("--write-out", "\n%{http_code}", *arguments, self.gateway.url(target))
        body, _, status = output.rpartition("\n")
        return int(status), body

    def test_a_city_has_its_weather(self) -> None:
        self.assertEqual(self.ask("/weather?city=Oslo"),
                         (200, '{"city":"Oslo","weather":"snow, -4 °C"}\n'))

    def test_any_alphabet_will_do_and_is_not_escaped(self) -> None:
        for city in ("São Paulo", "Москва", "東京"):
            status, body = self.ask("/weather", "--get", "--data-urlencode", "city=" + city)
            self.assertEqual((status, json.loads(body)["city"]), (200, city))
            self.assertIn(city, body)

    def test_an_unknown_city_has_none(self) -> None:
        self.assertEqual(self.ask("/weather?city=Atlantis"),
                         (404, '{"city":"Atlantis","weather":"no data"}\n'))
        self.assertEqual(self.ask("/weather?city=%ff"),
                         (404, '{"city":"\ufffd","weather":"no data"}\n'))

    def test_without_a_city_nobody_is_asked(self) -> None:
        for target in ("/weather", "/weather?city", "/weather?city=", "/weather?town=Oslo",
                       "/weather?city=%zz"):
            status, body = self.ask(target)
            self.assertEqual((status, list(json.loads(body))), (400, ["error"]))

    def test_other_pages_are_not_there(self) -> None:
        for target in ("/", "/weather/", "/weather%00?city=Oslo"):
            self.assertEqual(self.ask(target)[0], 404)

    def test_other_methods_are_refused(self) -> None:
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            status, output = self.ask("/weather?city=Oslo", "--include", "--request", method)
            self.assertEqual(status, 405)
            self.assertIn("\r\nAllow: GET, HEAD\r\n", output)
        self.assertEqual(self.ask("/weather?city=Oslo", "--request", "BREW")[0], 501)

    def test_head_is_get_without_the_body(self) -> None:
        _, whole = self.ask("/weather?city=Oslo", "--include")
        _, head = self.ask("/weather?city=Oslo", "--head")
        self.assertEqual(head, whole.partition("\r\n\r\n")[0] + "\r\n\r\n")

    def test_one_connection_is_enough(self) -> None:
        url = self.gateway.url("/weather?city=Oslo")
        for version, connects in (("--http1.1", "100"), ("--http1.0", "111")):
            made = curl(version, "--output", "/dev/null", "--write-out", "%{num_connects}",
                        url, "--output", "/dev/null", url, "--output", "/dev/null", url)
            self.assertEqual(made, connects)

    def test_a_body_is_read_whatever_its_form(self) -> None:
        body = "x" * 200_000
        for header in ("Expect:", "Expect: 100-continue", "Transfer-Encoding: chunked"):
            with subprocess.Popen(["curl", "--noproxy", "*", "-sv", "--max-time", str(SECONDS),
                                   "-H", header, "--data-binary", "@-", "-o", "/dev/null",
                                   self.gateway.url("/weather")],
                                  stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                said = process.communicate(body.encode(), SECONDS)[1].decode()
            self.assertIn("< HTTP/1.1 405 ", said)
            self.assertIn("left intact", said)
            self.assertEqual("< HTTP/1.1 100 " in said, header == "Expect: 100-continue")

    def test_a_body_too_large_is_refused_before_it_is_sent(self) -> None:
        status, _ = self.ask("/weather", "--header", "Expect: 100-continue",
                             "--header", "Content-Length: 2000000", "--data", "x")
        self.assertEqual(status, 413)

    def test_two_hundred_at_once_wait_together(self) -> None:
        upstream = Program(UPSTREAM, "--delay", "0.2")
        self.addCleanup(upstream.end)
        gateway = self.start_gateway(upstream)
        start = time.monotonic()
        statuses = curl("--parallel", "--parallel-immediate", "--parallel-max", "200",
                        "--output", "/dev/null", "--write-out", "%{http_code}\n",
                        gateway.url("/weather?city=Oslo&n=[1-200]"))
        passed = time.monotonic() - start
        self.assertEqual(statuses.split(), ["200"] * 200)
        self.assertLess(passed, 200 * 0.2 / 10)


class BadClientsTest(GatewayTest):
    """Whatever they do, the next one is served."""

    def tearDown(self) -> None:
        self.assert_serves()

    def heard(self, data: bytes) -> bytes:
        """All that comes of it, to the end; a connection that is reset is an error."""
        with self.asking(self.gateway, data) as client:
            return all_of(client)

    @unittest.skipUnless(shutil.which("nc"), "no nc")
    def test_a_malformed_request_line_is_answered(self) -> None:
        for line in (b"GARBAGE\r\n\r\n", b"GET /weather\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"hello\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
            answer = nc(self.gateway.address, line, b"400 Bad Request: ")
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), line)

    @unittest.skipUnless(shutil.which("nc"), "no nc")
    def test_a_header_of_a_mebibyte_is_answered(self) -> None:
        answer = nc(self.gateway.address, get(headers="X: " + "x" * 2**20 + "\r\n"),
                    b"limit exceeded")
        self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer)

    def test_also_if_the_client_sends_all_of_it_first(self) -> None:
        answer = self.heard(get(headers="X: " + "x" * 2**20 + "\r\n"))
        self.assertTrue(answer.startswith(b"HTTP/1.1 431 "), answer)

    def test_a_body_too_large_is_answered(self) -> None:
        head = b"POST /weather HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n"
        answer = self.heard(head + b"x" * 2_000_000)
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)

    def test_a_body_cut_short_is_not_answered(self) -> None:
        head = b"POST /weather HTTP/1.1\r\nHost: x\r\n"
        for rest in (b"Content-Length: 5\r\n\r\nhell",
                     b"Transfer-Encoding: chunked\r\n\r\n5\r\nhell"):
            with self.asking(self.gateway, head + rest) as client:
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(all_of(client), b"")

    def test_a_client_may_end_what_it_says_before_it_is_answered(self) -> None:
        with self.asking(self.gateway, get()) as client:
            client.shutdown(socket.SHUT_WR)
            self.assertIn(b"snow", all_of(client))

    def test_a_client_may_be_gone_before_it_is_answered(self) -> None:
        upstream = self.own_upstream()
        self.gateway = self.start_gateway(upstream)
        for linger in (0, 1):  # a reset, and an end
            with self.asking(self.gateway, get()) as client:
                asked = upstream.accept()
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1 - linger, 0))
            with asked:
                asked.sendall(OSLO)
                self.assertEqual(asked.recv(1), b"")  # it has been read

    @unittest.skipUnless(shutil.which("nc"), "no nc")
    def test_requests_sent_together_are_answered_in_their_order(self) -> None:
        cities = ["Oslo", "Atlantis", "Nairobi"]
        requests = [get("/weather?city=" + city) for city in cities]
        answers = nc(self.gateway.address, b"".join(requests) + get("/weather"), b"is missing")
        self.assertEqual(re.findall(rb"HTTP/1.1 (\d+) ", answers), [b"200", b"404", b"200", b"400"])
        self.assertEqual(re.findall(rb'"city":"(\w+)"', answers), [c.encode() for c in cities])


class UpstreamTest(GatewayTest):
    """Upstreams of all kinds."""

    def setUp(self) -> None:
        self.upstream = self.own_upstream()
        self.gateway = self.start_gateway(self.upstream)

    def answer_to(self, reply: bytes) -> bytes:
        """What a client hears when the upstream says this, and no more."""
        with self.asking(self.gateway, get(headers="Connection: close\r\n")) as client:
            with self.upstream.accept() as upstream:
                upstream.sendall(reply)
            return all_of(client)

    def test_nobody_waits_for_another(self) -> None:
        with self.asking(self.gateway, get(headers="Connection: close\r\n")) as first:
            waiting = self.upstream.accept()
            self.assertIn(b"snow", self.answer_to(OSLO))
            with waiting:
                waiting.sendall(OSLO)
            self.assertIn(b"snow", all_of(first))

    def test_what_is_no_good_answer_is_a_bad_gateway(self) -> None:
        for reply in (b"", b"SSH-2.0-x\r\n\r\n", OSLO[:-1], answer_of("200 OK", b"snow"),
                      answer_of("200 OK", b'{"weather":4}'), answer_of("200 OK", b"[]"),
                      answer_of("500 Internal Server Error", b""),
                      b"HTTP/1.1 302 Found\r\nLocation: gopher://x\r\nContent-Length: 0\r\n\r\n"):
            answer = self.answer_to(reply)
            self.assertTrue(answer.startswith(b"HTTP/1.1 502 "), answer)
            self.assertIn(b'{"error":"', answer)

    def test_nobody_there_is_a_bad_gateway(self) -> None:
        self.upstream.listener.close()
        with self.asking(self.gateway, get(headers="Connection: close\r\n")) as client:
            answer = all_of(client)
        self.assertTrue(answer.startswith(b"HTTP/1.1 502 "), answer)
        self.assertIn(b"Connection refused", answer)

    def test_no_answer_in_time_is_a_timeout(self) -> None:
        gateway = self.start_gateway(self.upstream, "--timeout", "0.05")
        with self.asking(gateway, get(headers="Connection: close\r\n")) as client:
            with self.upstream.accept() as upstream:
                self.assertTrue(all_of(client).startswith(b"HTTP/1.1 504 "))
                self.assertEqual(upstream.recv(1), b"")  # it has been given up


class StopTest(GatewayTest):
    def setUp(self) -> None:
        self.upstream = self.own_upstream()
        self.gateway = self.start_gateway(self.upstream)

    def until_it_refuses(self) -> None:
        """The signal has been heeded."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                self.gateway.connect().close()
            except ConnectionError:
                return
        self.fail("it still listens")

    def test_requests_that_have_begun_are_answered(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self.gateway = self.start_gateway(self.upstream)
            with self.asking(self.gateway, get()) as client, self.upstream.accept() as upstream:
                self.gateway.process.send_signal(number)
                self.until_it_refuses()
                upstream.sendall(OSLO)
                answer = all_of(client)
            self.assertIn(b"snow", answer)
            self.assertIn(b"\r\nConnection: close\r\n", answer)
            self.assertEqual(self.gateway.wait(), (0, ""))

    def test_those_that_do_not_end_are_not_awaited_for_ever(self) -> None:
        with self.asking(self.gateway, get()), self.upstream.accept():
            start = time.monotonic()
            self.assertEqual(self.gateway.end(), (0, ""))
            self.assertGreater(time.monotonic() - start, 0.9)

    def test_idle_clients_are_not_awaited_at_all(self) -> None:
        with self.asking(self.gateway, get("/nowhere")) as client:
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 404 "))
            self.assertEqual(self.gateway.end(), (0, ""))
            self.assertEqual(client.recv(1), b"")


class CommandLineTest(unittest.TestCase):
    def run_gateway(self, *arguments: str) -> tuple[int, str]:
        process = subprocess.run([GATEWAY, *arguments], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, timeout=SECONDS)
        return process.returncode, process.stderr.decode()

    def test_wrong_options_are_named(self) -> None:
        for option, value, expected in (
                ("--port", "x", "a whole number from 0 to 65535"),
                ("--host", "", "an address"),
                ("--timeout", "-1", "a number of seconds from 0 to 86400"),
                ("--timeout", "soon", "a number of seconds from 0 to 86400"),
                ("--upstream", "nowhere", "HOST:PORT, such as 127.0.0.1:8081"),
                ("--timeout", "1e99", "a number of seconds from 0 to 86400"),
                ("--upstream", "a:80/x", "HOST:PORT, such as 127.0.0.1:8081"),
                ("--upstream", "a:70000", "HOST:PORT, such as 127.0.0.1:8081")):
            self.assertEqual(self.run_gateway(option, value),
                             (2, f"{option}: '{value}' is not {expected}\n"))
        self.assertEqual(self.run_gateway("--bogus")[0], 2)

    def test_a_port_that_is_taken_is_named(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            self.assertEqual(
                self.run_gateway("--port", port),
                (1, f"cannot listen on 127.0.0.1:{port}: Address already in use\n"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
