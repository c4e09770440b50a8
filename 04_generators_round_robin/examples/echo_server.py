"""Chapter 4's server in Python: generators that yield what they wait for."""
import select
import socket
import sys
from collections import deque
from contextlib import suppress

# [region server]
def accept_clients(listener):
    while True:
        yield "read", listener
        client, _ = listener.accept()
        client.setblocking(False)
        tasks.append(echo(client))


def echo(client):
    with client, suppress(ConnectionError, TimeoutError):  # its end, not ours
        while True:
            yield "read", client
            chunk = client.recv(65536)
            if not chunk:
                return
            while chunk:
                yield "write", client
                chunk = chunk[client.send(chunk):]


def event_loop():
    while tasks or to_read or to_write:
        if not tasks:
            readable, writable, _ = select.select(to_read, to_write, [])
            tasks.extend(to_read.pop(ready) for ready in readable)
            tasks.extend(to_write.pop(ready) for ready in writable)
        task = tasks.popleft()
        try:
            reason, descriptor = next(task)
        except StopIteration:
            continue
        (to_read if reason == "read" else to_write)[descriptor] = task


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on %s:%d" % listener.getsockname(), flush=True)
tasks = deque([accept_clients(listener)])  # who is ready, in order
to_read, to_write = {}, {}  # who waits, by socket
event_loop()
# [end server]
