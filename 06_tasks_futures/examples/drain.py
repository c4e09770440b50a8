"""Who writes faster than the other reads keeps the rest in memory; unless he
waits for `drain`."""
import asyncio

MEGABYTE = 1_000_000


async def write_all(writer, drains):
    megabyte = b"x" * MEGABYTE
    for _ in range(64):
        writer.write(megabyte)
        if drains:
            await writer.drain()


async def measure(port, drains):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.wait_for(write_all(writer, drains), 0.1)
        print("all was written")
    except asyncio.TimeoutError:
        print("it waits")
    kept = writer.transport.get_write_buffer_size()
    print("more than 50 megabytes are kept:", kept > 50 * MEGABYTE)
    print("more than 2 megabytes are kept:", kept > 2 * MEGABYTE)
    writer.transport.abort()


async def main():
    is_over = asyncio.Event()

    async def never_reads(reader, writer):
        reader._transport.pause_reading()  # Python reads ahead
        await is_over.wait()
        writer.close()

    server = await asyncio.start_server(never_reads, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await measure(port, False)
    await measure(port, True)
    is_over.set()
    server.close()
    await server.wait_closed()


asyncio.run(main())
