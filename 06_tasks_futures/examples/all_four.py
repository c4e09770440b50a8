"""What a loop runs: coroutines, callbacks, sockets and other programs, in one
thread."""
import asyncio
from asyncio.subprocess import PIPE


async def coroutine():
    await asyncio.sleep(0.001)
    return "a coroutine"


async def callback():
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.001, future.set_result, "a callback")
    return await future


async def greet(reader, writer):
    writer.write(b"a socket")
    writer.close()


async def socket():
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = await reader.read()
    writer.close()
    server.close()
    return heard.decode()


async def program():
    process = await asyncio.create_subprocess_exec("printf", "another program", stdout=PIPE)
    output, errors = await process.communicate()
    return output.decode()


async def main():
    for each in await asyncio.gather(coroutine(), callback(), socket(), program()):
        print(each)


asyncio.run(main())
