"""A network of its own for the pages' commands.

The pages say port 5000, as the reader types it. Several checks may run at once
on one machine, and port 5000 may be taken: so the commands run in a network
namespace of their own, where every port is free. Where the system refuses that
(some containers), they run on the real ports, one run after the other.
"""
from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import tempfile
from pathlib import Path
from typing import Iterator

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 1


@contextlib.contextmanager
def private_ports() -> Iterator[bool]:
    """Gives this process ports that no one else uses; True if by a namespace.

    There is no way back from a namespace: this is for a process that does
    nothing else.
    """
    if can_isolate():
        isolate()
        yield True
        return
    lock = Path(tempfile.gettempdir()) / f"echo-ladder-book-{os.getuid()}.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield False


def can_isolate() -> bool:
    """Tries it in a child, since half of it could not be undone."""
    child = os.fork()
    if child == 0:
        try:
            isolate()
            os._exit(0)
        except BaseException:  # whatever it was: the parent goes the other way
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def isolate() -> None:
    """Moves this process into a new network namespace with loopback only."""
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWNET if user == 0 else CLONE_NEWNET | CLONE_NEWUSER
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if flags & CLONE_NEWUSER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    raise_loopback()


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
