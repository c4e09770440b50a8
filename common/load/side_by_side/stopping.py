"""Ctrl-C and other words to end: the child that runs is ended first, with all that it started."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any, Iterator, Optional

PATIENCE = 3.0  # seconds that a child has to end by itself
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Told(BaseException):
    """We were told to end. Not an Exception, so that nothing takes it for an error."""


class Stop:
    """Whether a signal has told us to end. One for the whole process; main thread only.

    The first signal breaks off the wait for the child; the second ends the process at once."""

    def __init__(self) -> None:
        self.signal = 0
        self._child: Optional[subprocess.Popen] = None
        self._waiting = False
        self.folder: Optional[Path] = None  # a temporary one, which an end at once must remove

    def listen(self) -> Stop:
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        return self

    @property
    def exit_code(self) -> int:
        return 128 + self.signal if self.signal else 0

    def _on_signal(self, number: int, _: Any) -> None:
        if self.signal:
            if self._child and self._child.poll() is None:
                kill_family(self._child.pid)
            if self.folder:
                shutil.rmtree(self.folder, ignore_errors=True)
            os._exit(128 + number)
        self.signal = number
        if self._waiting:
            raise Told

    def run(self, command: list[str], limit: float, **streams: Any) -> Optional[int]:
        """Runs a command in a session of its own, which a terminal's Ctrl-C doesn't reach. Gives
        its exit code, or None if it took longer than `limit` seconds. Raises Told."""
        self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True,
                                       **streams)
        try:
            return self._wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end(self._child)
            self._child = None

    def _wait(self, limit: float) -> int:
        # A signal that comes before this line is seen by the next; one that comes after, raises.
        self._waiting = True
        try:
            if self.signal:
                raise Told
            return self._child.wait(limit)
        finally:
            self._waiting = False


def end(child: subprocess.Popen) -> None:
    """Asks the child to end, and doesn't take no for an answer."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            kill_family(child.pid)
            child.wait()


def kill_family(pid: int) -> None:
    """Stops a process and all its descendants, in whatever session, before it kills them: so none
    of them starts another in the meantime."""
    family: list[int] = []
    while True:
        new = [member for member in (pid, *descendants(pid)) if member not in family]
        if not new:
            break
        send(new, signal.SIGSTOP)
        family += new
    send(family, signal.SIGKILL)


def send(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # it has ended by itself


def descendants(pid: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended in the meantime
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = list(children.get(pid, []))
    for member in found:
        yield member
        found += children.get(member, [])
