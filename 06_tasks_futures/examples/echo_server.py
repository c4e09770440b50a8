"""Chapter 6's server in Python: the task that accepts is cancelled when the
server stops, and those of the clients are waited for."""
import asyncio
import signal
import socket
import sys
from contextlib import suppress

clients = {}  # their sockets, by task; Python's loop doesn't keep its tasks


# [region handler]
async def echo(client):
    while chunk := await loop.sock_recv(client, 65536):
        await loop.sock_sendall(client, chunk)
# [end handler]


async def serve_client(client):
    with client, suppress(ConnectionError, TimeoutError):  # its end, not ours
        await echo(client)


async def accept_clients(listener):
    while True:
        client, _ = await loop.sock_accept(listener)
        task = loop.create_task(serve_client(client))
        clients[task] = client
        task.add_done_callback(clients.pop)


# [region serve]
async def serve(listener):
    accepting = loop.create_task(accept_clients(listener))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, accepting.cancel)
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    with suppress(asyncio.CancelledError):  # a signal came
        await accepting
    await stop(listener)
# [end serve]


# [region stop]
# Whoever has not left by then is cancelled by the runner.
async def stop(listener):
    listener.close()
    for client in clients.values():
        with suppress(OSError):  # it has left already
            client.shutdown(socket.SHUT_RD)
    if clients:
        await asyncio.wait(clients, timeout=1)
# [end stop]


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
listener.setblocking(False)
with asyncio.Runner() as runner:  # since Python 3.11
    loop = runner.get_loop()
    runner.run(serve(listener))
