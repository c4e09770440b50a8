"""Chapter 2's server in Python: select over a table of clients."""
import select
import socket
import sys

# [region server]
def on_readable(client):
    chunk = client.recv(65536)
    if not chunk:
        del unsent[client]
        client.close()
        return
    unsent[client] = chunk
    on_writable(client)


def on_writable(client):
    sent = client.send(unsent[client])
    unsent[client] = unsent[client][sent:]


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on %s:%d" % listener.getsockname(), flush=True)
unsent = {}  # what each client has sent and not yet read
while True:
    want_read = [listener] + [c for c in unsent if not unsent[c]]
    want_write = [c for c in unsent if unsent[c]]
    readable, writable, _ = select.select(want_read, want_write, [])
    for ready in readable:
        if ready is listener:
            client, address = listener.accept()
            client.setblocking(False)
            unsent[client] = b""
        else:
            on_readable(ready)
    for client in writable:
        on_writable(client)
# [end server]
