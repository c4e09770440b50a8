"""Chapter 3's server in Python: a callback for each descriptor."""
import selectors
import socket
import sys

# [region server]
class Client:
    def __init__(self, connection):
        self.connection = connection
        self.unsent = b""
        selector.register(connection, selectors.EVENT_READ, self.on_readable)

    def on_readable(self):
        self.unsent = self.connection.recv(65536)
        if not self.unsent:
            selector.unregister(self.connection)
            self.connection.close()
            return
        self.on_writable()

    def on_writable(self):
        sent = self.connection.send(self.unsent)
        self.unsent = self.unsent[sent:]
        if self.unsent:
            self.wait_for(selectors.EVENT_WRITE, self.on_writable)
        else:
            self.wait_for(selectors.EVENT_READ, self.on_readable)

    def wait_for(self, events, callback):
        selector.modify(self.connection, events, callback)


def on_client_waiting():
    connection, address = listener.accept()
    connection.setblocking(False)
    Client(connection)


selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on %s:%d" % listener.getsockname(), flush=True)
selector.register(listener, selectors.EVENT_READ, on_client_waiting)
while True:
    for key, events in selector.select():
        key.data()
# [end server]
