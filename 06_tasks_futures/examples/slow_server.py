"""A server in a thread of its own that takes a second for each answer; for all
who ask at once, the same second."""
import socketserver
import threading
import time

from seconds import seconds


class Answer(socketserver.BaseRequestHandler):
    def handle(self):
        time.sleep(seconds(1))
        self.request.sendall(b"hello\n")


class SlowServer(socketserver.ThreadingTCPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.port = self.server_address[1]
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()

    def __exit__(self, *exception):
        self.shutdown()
        self.thread.join()
        super().__exit__(*exception)
