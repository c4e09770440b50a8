#!/usr/bin/env python3
"""Three servers behind HAProxy, under load: one is killed, one hangs, each is renewed.

    python3 06_tasks_futures/machines/rolling.py

Run it in the project's root, when chapter 6's server is built and HAProxy installed. It uses the
ports 5000 to 5003. It exits with 1 if a promise was broken.
"""
from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import re
import shutil
import signal
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER = "build/release/06_tasks_futures/echo_server"
CONFIG = "06_tasks_futures/machines/haproxy.cfg"
ADMIN = "build/haproxy.sock"
LOG = "build/haproxy.log"
PROXY = ("127.0.0.1", 5000)
PORTS = {"a": 5001, "b": 5002, "c": 5003}
PATIENCE = 20.0  # for whatever is to come
MESSAGE = 1024


def runtime_api(command: str) -> str:
    """What HAProxy answers; it answers one command and closes."""
    with socket.socket(socket.AF_UNIX) as admin:
        admin.settimeout(PATIENCE)
        admin.connect(ADMIN)
        admin.sendall(command.encode() + b"\n")
        return b"".join(iter(lambda: admin.recv(65536), b"")).decode()


def statistics() -> dict[str, dict[str, str]]:
    """By server: its status, its sessions."""
    lines = runtime_api("show stat").lstrip("# ").splitlines()
    return {row["svname"]: row for row in csv.DictReader(lines) if row["svname"] in PORTS}


def servers_by_port() -> dict[int, str]:
    """Which server has the client that comes from this port."""
    found = re.findall(r"src=127\.0\.0\.1:(\d+) .*? srv=(\w+)", runtime_api("show sess"))
    return {int(port): name for port, name in found}


async def until(condition, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not in {PATIENCE:.0f} s: {what}")
        await asyncio.sleep(0.01)


@dataclass
class Session:
    """One connection of a client, and what came of it."""
    port: int = 0
    messages: int = 0
    server: str = ""
    is_leaving: bool = False
    loss: str = ""


class Broken(Exception):
    """Bytes that were not those that were sent."""


@dataclass
class Load:
    """Clients that talk and compare each byte. A session lasts a second or two; then its client
    says goodbye and comes again."""
    count: int
    sessions: list[Session] = field(default_factory=list)
    ended: list[Session] = field(default_factory=list)
    tasks: list[asyncio.Task] = field(default_factory=list)
    is_frozen: bool = False  # nobody comes or goes
    is_over: bool = False

    async def start(self) -> None:
        self.tasks = [asyncio.create_task(self.client()) for _ in range(self.count)]
        await self.all_talk()

    async def all_talk(self) -> None:
        await until(lambda: len(self.sessions) == self.count
                    and all(session.messages > 0 for session in self.sessions),
                    "each client has been answered")

    async def client(self) -> None:
        while not self.is_over:
            while self.is_frozen:
                await asyncio.sleep(0.01)
            session = Session()
            self.sessions.append(session)
            try:
                await self.visit(session)
            except (OSError, EOFError, Broken) as error:
                session.loss = f"{type(error).__name__}: {error}"
            self.sessions.remove(session)
            self.ended.append(session)

    async def visit(self, session: Session) -> None:
        reader, writer = await asyncio.open_connection(*PROXY)
        try:
            session.port = writer.get_extra_info("sockname")[1]
            end = time.monotonic() + random.uniform(1, 2)
            while self.is_frozen or time.monotonic() < end and not self.is_over:
                await self.talk(session, reader, writer)
            session.is_leaving = True
            writer.write_eof()
            if await reader.read():
                raise Broken("more came back than was sent")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    @staticmethod
    async def talk(session: Session, reader, writer) -> None:
        sent = os.urandom(MESSAGE)
        writer.write(sent)
        if await reader.readexactly(MESSAGE) != sent:
            raise Broken("other bytes came back")
        session.messages += 1
        await asyncio.sleep(0.005)

    async def name_servers(self) -> Counter:
        """How many are where; from here on nobody comes or goes."""
        self.is_frozen = True
        await until(lambda: all(session.messages > 0 and not session.is_leaving
                                for session in self.sessions), "nobody comes or goes")
        by_port = servers_by_port()
        for session in self.sessions:
            session.server = by_port[session.port]
        return Counter(by_port[session.port] for session in self.sessions)

    async def come_again(self) -> Counter:
        """All sessions are followed by new ones: how many go where."""
        before = list(self.sessions)
        await until(lambda: not any(one in self.sessions for one in before), "all have left once")
        counts = await self.name_servers()
        self.is_frozen = False
        return counts

    def losses(self) -> list[Session]:
        return [session for session in self.ended if session.loss]

    async def end(self) -> None:
        self.is_over = True
        await asyncio.gather(*self.tasks)


class House:
    """The servers, the proxy in front of them, and whether they kept their promises."""

    def __init__(self) -> None:
        self.servers: dict[str, asyncio.subprocess.Process] = {}
        self.proxy: asyncio.subprocess.Process | None = None
        self.broken = 0

    def promise(self, is_kept: bool, text: str) -> None:
        print(("  " if is_kept else "  BROKEN: ") + text, flush=True)
        self.broken += not is_kept

    async def start_server(self, name: str) -> None:
        self.servers[name] = await asyncio.create_subprocess_exec(
            SERVER, "--quiet", "--port", str(PORTS[name]), stdout=asyncio.subprocess.PIPE)
        line = await asyncio.wait_for(self.servers[name].stdout.readline(), PATIENCE)
        if not line.startswith(b"listening on"):
            raise RuntimeError(f"server {name} does not listen")

    async def start(self) -> None:
        for name in PORTS:
            await self.start_server(name)
        with open(LOG, "w") as log:
            self.proxy = await asyncio.create_subprocess_exec("haproxy", "-db", "-f", CONFIG,
                                                              stderr=log)
        await until(lambda: Path(ADMIN).exists(), f"HAProxy runs, see {LOG}")
        await until(self.all_up, "HAProxy finds all servers up")

    @staticmethod
    def all_up() -> bool:
        with suppress(ConnectionError):  # a socket that is left from before
            return all(row["status"] == "UP" for row in statistics().values())
        return False

    async def end(self) -> None:
        for process in [self.proxy, *self.servers.values()]:
            if process and process.returncode is None:
                process.send_signal(signal.SIGCONT)  # it may hang
                process.terminate()
                await process.wait()

    async def fail(self, name: str, load: Load, how: int) -> None:
        """It is killed, or stopped where it stands; later it is well again."""
        await load.name_servers()
        victims = [session for session in load.sessions if session.server == name]
        verb = "is killed" if how == signal.SIGKILL else "hangs"
        print(f"{name} {verb}; of {len(load.sessions)} sessions it has {len(victims)}", flush=True)
        self.servers[name].send_signal(how)
        began = time.monotonic()
        load.is_frozen = False  # those who come now come before HAProxy has noticed
        await until(lambda: statistics()[name]["status"].startswith("DOWN"), "HAProxy notices")
        print(f"  HAProxy has noticed after {time.monotonic() - began:.1f} s")
        await until(lambda: all(session in load.ended for session in victims), "its clients notice")
        lost, newer = load.losses(), [one for one in load.losses() if one not in victims]
        self.promise(len(lost) - len(newer) == len(victims), f"its {len(victims)} are lost")
        if how == signal.SIGKILL:
            self.promise(not newer, f"others that are lost: {len(newer)}")
        else:
            print(f"  others that are lost, as they came to it before that: {len(newer)}")
        load.ended.clear()
        counts = await load.come_again()
        self.promise(counts[name] == 0, f"the next go to the others: {text(counts)}")
        await self.heal(name, how)
        counts = await load.come_again()
        self.promise(counts[name] > 0, f"well again, it gets some: {text(counts)}")
        self.nothing_lost(load)

    async def heal(self, name: str, how: int) -> None:
        if how == signal.SIGKILL:
            await self.servers[name].wait()
            await self.start_server(name)
        else:
            self.servers[name].send_signal(signal.SIGCONT)
        await until(self.all_up, "HAProxy finds it up again")

    async def renew(self, name: str, load: Load) -> None:
        sessions = int(statistics()[name]["scur"])
        print(f"{name} is drained; it has {sessions} sessions")
        runtime_api(f"set server servers/{name} state drain")
        begin = time.monotonic()
        await until(lambda: statistics()[name]["scur"] == "0", "its sessions have ended")
        print(f"  they have ended by themselves in {time.monotonic() - begin:.1f} s")
        self.servers[name].terminate()
        code = await asyncio.wait_for(self.servers[name].wait(), PATIENCE)
        self.promise(code == 0, f"told to end, it exits with {code}")
        await self.start_server(name)
        runtime_api(f"set server servers/{name} state ready")
        await until(self.all_up, "HAProxy finds it up again")
        counts = await load.come_again()
        self.promise(counts[name] > 0, f"started again, it gets some: {text(counts)}")
        self.nothing_lost(load)

    def nothing_lost(self, load: Load) -> None:
        messages = sum(session.messages for session in load.ended + load.sessions)
        self.promise(not load.losses(),
                     f"lost meanwhile: {len(load.losses())} of {len(load.ended)} sessions "
                     f"that ended, with {messages:,} messages back unchanged")
        for session in load.losses():
            print(f"    on {session.server or '?'}, after {session.messages}: {session.loss}")
        load.ended.clear()


def text(counts: Counter) -> str:
    return ", ".join(f"{name} {counts[name]}" for name in PORTS)


async def main(clients: int) -> int:
    house, load = House(), Load(clients)
    try:
        await house.start()
        await load.start()
        print(f"three servers behind HAProxy, {clients} clients")
        await house.fail("b", load, signal.SIGKILL)
        await house.fail("c", load, signal.SIGSTOP)
        for name in PORTS:
            await house.renew(name, load)
        print("all clients leave")
        await load.end()
        house.nothing_lost(load)
    except (TimeoutError, RuntimeError) as error:
        house.promise(False, str(error))
    finally:
        for task in load.tasks:
            task.cancel()
        await house.end()
    print("all promises were kept" if not house.broken else f"broken promises: {house.broken}")
    return 1 if house.broken else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=60)
    options = parser.parse_args()
    os.chdir(ROOT)
    for program in (SERVER, "haproxy"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing")
    sys.exit(asyncio.run(main(options.clients)))
