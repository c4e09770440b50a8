"""How much time has passed, in the seconds of these examples."""
import time

from seconds import SECOND


class Stopwatch:
    def __init__(self):
        self.start = time.perf_counter()

    def seconds(self):
        return (time.perf_counter() - self.start) / SECOND
