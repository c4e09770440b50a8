#!/usr/bin/env python3
"""What the way through HAProxy costs, and what an idle connection holds.

    python3 06_tasks_futures/machines/costs.py hop
    python3 06_tasks_futures/machines/costs.py idle

Run it in the project's root, when chapter 6's server is built and HAProxy installed. It uses the
ports 5000 to 5003. The kernel's memory is root's to see (/proc/slabinfo).
"""
from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER = "build/release/06_tasks_futures/echo_server"
CONFIG = "06_tasks_futures/machines/haproxy.cfg"
PROXY, DIRECT = 5000, 5001
MESSAGE = bytes(1024)
PATIENCE = 20.0


class Program:
    """One that runs, and what the kernel knows of it."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def cpu(self) -> float:
        """The seconds of all its threads (proc(5), schedstat: nanoseconds)."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> int:
        """Bytes that are its own: private pages, of the process alone."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return 1024 * sum(int(kib) for kib in re.findall(r"Private_\w+: +(\d+) kB", rollup))

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()


def connect(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), PATIENCE)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def echo(client: socket.socket) -> None:
    client.sendall(MESSAGE)
    left = len(MESSAGE)
    while left > 0:
        left -= len(client.recv(left)) or sys.exit("the connection is gone")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            with connect(port) as client:
                return echo(client)
        time.sleep(0.01)
    sys.exit(f"nobody answers on port {port}")


# ---- the way through

def round_trips(port: int, count: int) -> list[float]:
    """The seconds of each: one client, who waits for each answer."""
    times = []
    with connect(port) as client:
        for _ in range(count):
            begin = time.perf_counter()
            echo(client)
            times.append(time.perf_counter() - begin)
    return times


def hop(server: Program, proxy: Program) -> None:
    rounds: dict[int, list] = {DIRECT: [], PROXY: []}
    for _ in range(9):
        for port, measured in rounds.items():
            before = server.cpu(), proxy.cpu()
            times = sorted(round_trips(port, 5_000))
            spent = server.cpu() - before[0], proxy.cpu() - before[1]
            measured.append((times[len(times) // 2], *(one / len(times) for one in spent)))
    for port, name in ((DIRECT, "direct"), (PROXY, "through HAProxy")):
        trip, by_server, by_proxy = (spread(column) for column in zip(*rounds[port]))
        print(f"{name}: a round trip takes {trip};")
        print(f"  CPU of the server {by_server}, of HAProxy {by_proxy}")


def spread(seconds) -> str:
    """The median, the lowest and the highest."""
    median, low, high = (1e6 * one for one in (statistics.median(seconds), min(seconds),
                                               max(seconds)))
    return f"{median:.1f} µs ({low:.1f} to {high:.1f})"


# ---- idle connections

KINDS = ("TCP", "sock_inode_cache", "filp", "dentry", "eventpoll_epi", "lsm_inode_cache")


def slabs() -> dict[str, int]:
    """The kernel's objects for sockets, in bytes, by kind (slabinfo(5))."""
    rows = [line.split() for line in Path("/proc/slabinfo").read_text().splitlines()[2:]]
    return {row[0]: int(row[1]) * int(row[3]) for row in rows if row[0] in KINDS}


def connect_all(port: int, count: int) -> list[socket.socket]:
    """Each has been answered once."""
    begin = time.perf_counter()
    clients = []
    for _ in range(count):
        clients.append(connect(port))
        echo(clients[-1])
    each = (time.perf_counter() - begin) / count
    print(f"{count:,} connections to port {port}; to connect and to be answered took "
          f"{each * 1e6:.0f} µs each")
    return clients


def kernel_memory(clients: int, before: dict[str, int]) -> None:
    grown = {kind: (size - before[kind]) / clients for kind, size in slabs().items()}
    print(f"  kernel, both ends: {sum(grown.values()) / 1024:.2f} KiB; in bytes:")
    for kind in sorted(grown, key=grown.get, reverse=True):
        print(f"    {kind} {grown[kind]:,.0f}")


def idle(server: Program, proxy: Program) -> None:
    """The kernel keeps what was freed: only the first connections tell what it needs."""
    kernel, own = slabs(), server.memory()
    clients = connect_all(DIRECT, 10_000)
    time.sleep(1)  # the kernel frees the last packets a moment later
    print(f"  server: {(server.memory() - own) / len(clients) / 1024:.2f} KiB")
    kernel_memory(len(clients), kernel)
    own = proxy.memory()
    more = connect_all(PROXY, 3_000)
    print(f"  HAProxy: {(proxy.memory() - own) / len(more) / 1024:.2f} KiB")


def setting() -> str:
    """Where and when: as it stands below the other tables."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    haproxy = subprocess.run(["haproxy", "-v"], capture_output=True, text=True).stdout.split()
    return (f"{cpu[1] if cpu else 'an unknown processor'}, {os.cpu_count()} processors; "
            f"Linux {os.uname().release}; HAProxy {haproxy[2]}; {time.strftime('%Y-%m-%d')}")


def main(what) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = Program(SERVER, "--quiet", "--port", str(DIRECT))
    proxy = Program("haproxy", "-db", "-f", CONFIG)
    try:
        wait_for(DIRECT)
        wait_for(PROXY)
        what(server, proxy)
        print(setting())
    finally:
        proxy.end()
        server.end()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("hop", "idle"))
    options = parser.parse_args()
    os.chdir(ROOT)
    for program in (SERVER, "haproxy"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing")
    main({"hop": hop, "idle": idle}[options.what])
