"""A terminal that a program types into: bash on a pseudo-terminal.

A pseudo-terminal and not pipes, so that Ctrl-C, Ctrl-D and job control work as
they do for the reader. Echo is off, and the prompt is a marker that nothing
else prints: so all that comes before the marker is what the command printed.
"""
from __future__ import annotations

import codecs
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
import uuid
from pathlib import Path

# Children inherit the environment, and so a token in it finds them all again:
# also those in process groups, or sessions, of their own.
TOKEN_NAME = "ECHO_LADDER_BOOK_RUN"

KEYS = {"^C": b"\x03", "^D": b"\x04"}
SHELL = ["bash", "--noprofile", "--norc", "--noediting", "-i"]
ROWS, COLUMNS = 50, 80
GRACE_SECONDS = 2.0


class Terminal:
    """One bash and what runs in it. Made and ended by `Terminals`."""

    def __init__(self, folder: Path, token: str) -> None:
        self._prompt = f"\x1e{uuid.uuid4().hex}\x1e"
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._output = ""
        self.at_prompt = False
        self._fd, self._shell = open_shell(folder, token)
        self.type_line(f"PS1=$'\\x1e'{self._prompt.strip(chr(30))}$'\\x1e' PS2=")
        self._await_first_prompt()

    def type_line(self, text: str) -> None:
        self.at_prompt = False
        self._write(text.encode() + b"\n")

    def press(self, key: str) -> None:
        """Presses ^C or ^D, once the command has the terminal for itself and
        waits, or after a second."""
        deadline = time.monotonic() + 1
        while not self._command_waits() and time.monotonic() < deadline:
            self.read(0.01)
        self._write(KEYS[key])

    def read(self, seconds: float) -> bool:
        """Takes what comes within that time; False if nothing came."""
        readable, _, _ = select.select([self._fd], [], [], max(seconds, 0))
        if not readable:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # EIO: the shell is gone
            data = b""
        if not data:
            self.at_prompt = True
            time.sleep(min(seconds, 0.01))
            return False
        self._output += self._decoder.decode(data)
        if self._prompt in self._output:
            self._output = self._output.replace(self._prompt, "")
            self.at_prompt = True
        return True

    def lines(self) -> list[str]:
        """What was printed and not yet taken; the last line may be unfinished."""
        lines = self._output.split("\n")
        if not lines[-1]:
            lines.pop()
        return [overwritten(line) for line in lines]

    def last_line_is_open(self) -> bool:
        return bool(self._output) and not self._output.endswith("\n") and not self.at_prompt

    def take(self, count: int) -> None:
        """Forgets the first `count` lines, which have been compared."""
        self._output = "\n".join(self._output.split("\n")[count:])

    def hang_up(self) -> None:
        """Closes the terminal: the shell and its foreground job get SIGHUP."""
        os.close(self._fd)

    def reap(self) -> None:
        self._shell.wait()

    def _write(self, data: bytes) -> None:
        try:
            os.write(self._fd, data)
        except OSError:  # the shell is gone; the missing output will tell
            self.at_prompt = True

    def _command_waits(self) -> bool:
        """Whether the command has begun, and sleeps in a system call. Bash gives
        the terminal to its child before it becomes the command, and until then
        the child ignores ^C. Later, one that comes just before a call that waits
        is seen by Python only after that call."""
        try:
            foreground = os.tcgetpgrp(self._fd)
        except OSError:
            return False
        begun = command_line(foreground) != command_line(self._shell.pid)
        return begun and state(foreground) == b"S"

    def _await_first_prompt(self) -> None:
        deadline = time.monotonic() + 20
        while not self.at_prompt:
            self.read(0.1)
            if time.monotonic() > deadline:
                raise TimeoutError("bash shows no prompt")
        self._output = ""


class Terminals:
    """The terminals of one page, by name. Leaving the `with` ends everything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._token = uuid.uuid4().hex
        self._open: dict[str, Terminal] = {}

    def __enter__(self) -> Terminals:
        return self

    def __getitem__(self, name: str) -> Terminal:
        if name not in self._open:
            self._open[name] = Terminal(self._folder, self._token)
        return self._open[name]

    def __exit__(self, *_: object) -> None:
        for terminal in self._open.values():
            terminal.hang_up()
        end_all(self._token)
        for terminal in self._open.values():
            terminal.reap()


def open_shell(folder: Path, token: str) -> tuple[int, subprocess.Popen]:
    """Starts bash as the leader of a session with a terminal of its own."""
    master, slave = os.openpty()
    attributes = termios.tcgetattr(slave)
    attributes[1] &= ~termios.ONLCR
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    shell = subprocess.Popen(
        SHELL, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment(token),
        start_new_session=True, preexec_fn=settle)
    os.close(slave)
    return master, shell


def settle() -> None:
    """In the child: the terminal is its own, and signals do what they do for a
    reader. A checker in the background, or under nohup, has them ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP):
        signal.signal(number, signal.SIG_DFL)


def environment(token: str) -> dict[str, str]:
    """The caller's, but plain: no colours, no pagers, no history, no locale."""
    personal = ("PS1", "PS2", "PROMPT_COMMAND", "BASH_ENV", "LANGUAGE", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if name not in personal}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat",
            "GIT_PAGER": "cat", "HISTFILE": "", TOKEN_NAME: token}


def overwritten(line: str) -> str:
    """A line as a terminal shows it after carriage returns (progress reports)."""
    return line.rstrip("\r").rpartition("\r")[2]


def end_all(token: str) -> None:
    """Ends every process that carries the token: asks first, then kills."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + GRACE_SECONDS
        signal_all(token, number)
        while processes_with(token) and time.monotonic() < deadline:
            time.sleep(0.01)


def signal_all(token: str, number: int) -> None:
    for pid in processes_with(token):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def processes_with(token: str) -> list[int]:
    """The living processes in whose environment the token stands (Linux)."""
    entry = f"{TOKEN_NAME}={token}".encode()
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")
            if entry in contents(folder / "environ").split(b"\0")]


def command_line(pid: int) -> bytes:
    return contents(Path("/proc") / str(pid) / "cmdline")


def state(pid: int) -> bytes:
    """The letter of proc_pid_stat(5): R runs, S sleeps; nothing if it is gone."""
    return contents(Path("/proc") / str(pid) / "stat").rpartition(b") ")[2][:1]


def contents(path: Path) -> bytes:
    """The file, or nothing if the process is gone (or someone else's)."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
