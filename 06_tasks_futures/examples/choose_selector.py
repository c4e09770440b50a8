"""The loop stands on a selector, and doesn't mind which."""
import asyncio
import selectors


async def greet(reader, writer):
    writer.write(b"hello")
    writer.close()


async def main(name):
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print(f"{name}: {(await reader.read()).decode()}")
    writer.close()
    server.close()


for name in ("select", "poll", "epoll"):
    selector = getattr(selectors, name.capitalize() + "Selector")
    loop = asyncio.SelectorEventLoop(selector())
    loop.run_until_complete(main(name))
    loop.close()
