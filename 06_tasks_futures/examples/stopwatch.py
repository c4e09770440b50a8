"""How much time has passed, in the seconds of these examples."""
import time

from seconds import SECOND


class Stopwatch:
    def __init__(self):
        self.start = time.perf_counter()

    def seconds(self):
        return (time.perf_counter() - self.start) / SECOND

    def whole_seconds(self):
        """Those that are over: what waits never ends too early, but somewhat late."""
        return int(self.seconds())
