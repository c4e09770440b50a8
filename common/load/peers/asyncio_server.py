"""What the asyncio peers share: the port from the command line, and a server until it is killed."""
from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

HOST = "127.0.0.1"
BACKLOG = 4096
CHUNK = 64 * 1024


def run(start: Callable[[int], Awaitable[asyncio.Server]]) -> None:
    """`start` makes the server that listens on a port; it fails with an OSError."""
    asyncio.run(serve(start, port_argument()))


async def serve(start: Callable[[int], Awaitable[asyncio.Server]], port: int) -> None:
    try:
        server = await start(port)
    except OSError as error:
        sys.exit(f"cannot listen on {HOST}:{port}: {os.strerror(error.errno)}")
    async with server:
        await server.serve_forever()


def port_argument() -> int:
    if len(sys.argv) == 2 and sys.argv[1].isdecimal() and 1 <= int(sys.argv[1]) <= 65535:
        return int(sys.argv[1])
    print(f"{sys.argv[0]}: expected one argument, a port from 1 to 65535", file=sys.stderr)
    sys.exit(2)
