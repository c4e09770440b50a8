"""A loop whose time is its own."""
from __future__ import annotations

import asyncio
import heapq
from typing import Any, Callable, Optional

UNITS = 512       # of the time in a second
MOST_TURNS = 2000


class Timer(asyncio.TimerHandle):
    """Of two with one deadline the first to be made is the lesser."""

    def __init__(self, order: int, *arguments: Any):
        super().__init__(*arguments)
        self.order = order

    def __lt__(self, other: "Timer") -> bool:
        return (self._when, self.order) < (other._when, other.order)


class VirtualLoop(asyncio.BaseEventLoop):
    """Time passes only when nothing is ready: then it jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self
        self.now = 0
        self.turns = 0
        self.timers = 0

    def time(self) -> float:
        return self.now / UNITS

    def call_at(self, when: float, callback: Callable, *arguments: Any,
                context: Any = None) -> Timer:
        self.timers += 1
        timer = Timer(self.timers, when, callback, arguments, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def select(self, timeout: Optional[float]) -> list:
        self.turns += 1
        if timeout is None or self.turns > MOST_TURNS:
            self.stop()
        elif timeout > 0:
            self.now += round(timeout * UNITS)
        return []

    def _process_events(self, events: list) -> None:
        pass


def seconds(units: str) -> Optional[float]:
    return None if units == "-" else int(units) / UNITS
