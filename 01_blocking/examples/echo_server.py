"""Chapter 1's server in Python: one client at a time."""
import socket
import sys

# [region server]
def echo(client):
    while chunk := client.recv(65536):
        client.sendall(chunk)


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on %s:%d" % listener.getsockname(), flush=True)
while True:
    client, address = listener.accept()
    with client:
        echo(client)
# [end server]
