"""A server that answers each line, and a client who sends three, on streams."""
import asyncio


async def answer(reader, writer):
    async for line in reader:
        print("server:", line.decode(), end="")
        writer.write(b"you said " + line)
        await writer.drain()
    print("server: the end")
    writer.close()


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"one\ntw")  # as it may come over a network
    await writer.drain()
    writer.write(b"o\nthree\n")
    writer.write_eof()
    first = await reader.readline()
    print("client:", first.decode(), end="")
    rest = await reader.read()
    print("client: the rest is", len(rest), "bytes")
    writer.close()


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    await ask(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()


asyncio.run(main())
