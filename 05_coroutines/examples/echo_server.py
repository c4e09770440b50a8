"""Chapter 5's server in Python: a coroutine for each client."""
import asyncio
import socket
import sys
from contextlib import suppress

# [region server]
async def echo(client):
    while chunk := await loop.sock_recv(client, 65536):
        await loop.sock_sendall(client, chunk)


async def serve_client(client):
    with client, suppress(ConnectionError, TimeoutError):  # its end, not ours
        await echo(client)


async def serve(listener):
    while True:
        client, _ = await loop.sock_accept(listener)
        loop.create_task(serve_client(client))  # held by what it waits for


loop = asyncio.new_event_loop()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
listener.setblocking(False)
print("listening on %s:%d" % listener.getsockname(), flush=True)
loop.run_until_complete(serve(listener))
# [end server]
