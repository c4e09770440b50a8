"""An echo server on asyncio's streams, a task for each client.

After "TCP echo server using streams" in Python's documentation, for clients that stay. `drain`
waits while the client does not read. Out of descriptors, asyncio says so on standard error and
looks again after a second.
"""
from __future__ import annotations

import asyncio

from asyncio_server import BACKLOG, CHUNK, HOST, run


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # the client is gone
    finally:
        writer.close()


async def start(port: int) -> asyncio.Server:
    return await asyncio.start_server(echo, HOST, port, limit=CHUNK, backlog=BACKLOG)


if __name__ == "__main__":
    run(start)
