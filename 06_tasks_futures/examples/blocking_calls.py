"""Three calls that block, in three coroutines: no gain. In threads they overlap
as they would have without blocking."""
import asyncio
import socket

from slow_server import SlowServer
from stopwatch import Stopwatch


def blocking_get(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        return connection.recv(100)


async def get_blocking(port):
    return blocking_get(port)


async def get_in_thread(port):
    return await asyncio.to_thread(blocking_get, port)


async def get(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await reader.readline()
    writer.close()
    return answer


async def get_three(name, get, port):
    stopwatch = Stopwatch()
    await asyncio.gather(get(port), get(port), get(port))
    print("%s: the time of %d" % (name, stopwatch.whole_seconds()))


async def main():
    with SlowServer() as server:
        await get_three("blocking", get_blocking, server.port)
        await get_three("in threads", get_in_thread, server.port)
        await get_three("awaiting", get, server.port)


asyncio.run(main())
