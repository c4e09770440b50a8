"""An echo server on asyncio's transports and protocols: callbacks, an object for each client.

After "TCP echo server" in Python's documentation, for clients that stay. Added, from "Flow control
callbacks": a client that does not read is not read from. The loop closes what has ended once all is
sent. Out of descriptors, it says so on standard error and looks again after a second.
"""
from __future__ import annotations

import asyncio
from typing import cast

from asyncio_server import BACKLOG, HOST, run


class Echo(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)

    def pause_writing(self) -> None:
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        self.transport.resume_reading()


async def start(port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(Echo, HOST, port, backlog=BACKLOG)


if __name__ == "__main__":
    run(start)
