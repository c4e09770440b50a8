"""What a future, a task and a loop carry: an echo, and two who talk to it at
once. Here they are Python's own."""
import asyncio
import socket


async def echo(client):
    loop = asyncio.get_running_loop()
    with client:
        while chunk := await loop.sock_recv(client, 65536):
            await loop.sock_sendall(client, chunk)


async def talk(name, message):
    loop = asyncio.get_running_loop()
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    server = asyncio.create_task(echo(there))
    with here:
        print(name, "sends", message)
        await loop.sock_sendall(here, message.encode())
        chunk = await loop.sock_recv(here, 65536)
        print(name, "receives", chunk.decode())
    await server


async def talk_both():
    a = asyncio.create_task(talk("A", "hello"))
    b = asyncio.create_task(talk("B", "good morning"))
    await a
    await b


asyncio.run(talk_both())
