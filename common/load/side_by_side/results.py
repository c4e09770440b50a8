"""The numbers of a run, asked by contestant and cell. All come from one JSON file, so that the
terminal, the pages and the plots say the same.

Costs are seconds of the server's CPU for a message. The verdict on a contestant is its lowest cost
over the rounds, as a multiple of the yardstick's lowest in the same cell.
"""
from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Optional

sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "book"))

import cells
from benchmark_json import Benchmarks, Measurement
from cells import Cell
from contestants import YARDSTICK

NAME = re.compile(r"(?P<server>.+?)/(?P<cell>\d+x\d+x\d+(?:\+\d+)?|churn)"
                  r"(?P<calls>/system_calls)?(?:/|$)")
Key = tuple[str, str, bool]  # contestant, cell, whether it counts system calls


def key_of(name: str) -> Optional[Key]:
    """Who and what a benchmark's name speaks of; None if it isn't one of ours."""
    found = NAME.match(name)
    return (found["server"], found["cell"], bool(found["calls"])) if found else None


class Results:
    def __init__(self, benchmarks: Benchmarks) -> None:
        self.benchmarks = benchmarks
        self.context = benchmarks.context
        self._names = {key_of(name): name for name in benchmarks.names()}
        self._failures = {key_of(name): why for name, why in benchmarks.failures().items()}
        self._names.pop(None, None)
        self._failures.pop(None, None)

    def cells(self) -> list[Cell]:
        """In the order in which they were planned, as far as they were reached."""
        reached = {cell for _, cell, _ in (*self._names, *self._failures)}
        planned = self.context.get("cells", [])
        return [cells.parse(text) for text in
                dict.fromkeys([*(cell for cell in planned if cell in reached), *sorted(reached)])]

    def central(self) -> Optional[Cell]:
        return cells.central(cell for cell in self.cells() if self.ranked(cell))

    def servers(self, cell: Cell) -> list[str]:
        """Those with results there, cheapest first."""
        found = [server for server, text, calls in self._names
                 if text == cell.text and not calls and not self.failure(server, cell)]
        return sorted(found, key=lambda server: (self.cost(server, cell).low, server))

    def everybody(self) -> list[str]:
        """Sorted by cost in the central cell; those without one come last."""
        central = self.central()
        first = self.servers(central) if central else []
        others = sorted({server for server, _, _ in (*self._names, *self._failures)})
        return list(dict.fromkeys([*first, *others]))

    def cost(self, server: str, cell: Cell) -> Measurement:
        nanoseconds = self.benchmarks.counter(self._names[server, cell.text, False],
                                              "server_cpu_ns")
        return Measurement(*(1e-9 * value for value in nanoseconds))

    def luck(self, server: str, cell: Cell) -> float:
        """How far from the lowest the cheapest quarter of the rounds ends, as a multiple: near one
        if several rounds came down to it, and it isn't luck."""
        costs = sorted(self.benchmarks.values(self._names[server, cell.text, False],
                                              "server_cpu_ns"))
        return costs[min(max(1, len(costs) // 4), len(costs) - 1)] / costs[0]

    def has(self, server: str, cell: Cell) -> bool:
        return (server, cell.text, False) in self._names and not self.failure(server, cell)

    def counter(self, server: str, cell: Cell, counter: str) -> Measurement:
        return self.benchmarks.counter(self._names[server, cell.text, False], counter)

    def load_cost(self, server: str, cell: Cell) -> Measurement:
        """Seconds of the load generator's own CPU for a message."""
        return self.benchmarks.time(self._names[server, cell.text, False], "cpu_time")

    def round_trip(self, server: str, cell: Cell) -> Measurement:
        return self.benchmarks.time(self._names[server, cell.text, False])

    def system_calls(self, server: str, cell: Cell) -> Optional[float]:
        name = self._names.get((server, cell.text, True))
        return self.benchmarks.counter(name, "system_calls").median if name else None

    def ratio(self, server: str, cell: Cell) -> Optional[float]:
        """Times the yardstick's cost; None where one of the two has none."""
        if not self.has(server, cell) or not self.has(YARDSTICK, cell):
            return None
        return self.cost(server, cell).low / self.cost(YARDSTICK, cell).low

    def failure(self, server: str, cell: Cell, calls: bool = False) -> str:
        return self._failures.get((server, cell.text, calls), "")

    def failures(self) -> dict[Key, str]:
        return dict(self._failures)

    def not_run(self, cell: Cell) -> dict[str, str]:
        """Who could not be measured there, and why."""
        return {server: why for server, text, why in self.context.get("not_run", [])
                if text == cell.text}

    def ranked(self, cell: Cell) -> dict[str, tuple[int, int]]:
        """From which rank to which each may come in another run; one round tells nothing of it."""
        costs = {server: self.cost(server, cell) for server in self.servers(cell)}
        if any(self.benchmarks.runs(self._names[server, cell.text, False]) < 2 for server in costs):
            return dict.fromkeys(costs, (1, len(costs)))
        return ranks(costs)


def ranks(costs: dict[str, Measurement]) -> dict[str, tuple[int, int]]:
    """A rule of thumb: one counts as cheaper than another if half of its rounds were cheaper than
    all of the other's. In another run the lowest mostly lies near this one's, and seldom above its
    median: of nine independent rounds, one time in sixty."""
    def places(server: str) -> tuple[int, int]:
        mine = costs[server]
        cheaper = sum(other.median < mine.low for other in costs.values())
        dearer = sum(other.low > mine.median for other in costs.values())
        return (1 + cheaper, len(costs) - dearer)
    return {server: places(server) for server in costs}
