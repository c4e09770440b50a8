"""The plan: who is measured when.

In each round, cell for cell, all contestants follow one another, so that those
who are compared run within seconds. Their order is drawn anew for each round, so
that nobody keeps the same neighbour.
"""
from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Sequence

from cells import Cell
from contestants import Contestant

SEED = 20  # any; fixed, so that a run can be repeated
DESCRIPTORS_BESIDE = 64  # that a server and the load need besides those of connections

Reasons = dict[tuple[str, str], str]  # (contestant, cell): why it is not run


@dataclass(frozen=True)
class Step:
    """One call of throughput_bench."""

    round: int  # from 0
    cell: Cell
    contestant: Contestant
    calls: bool = False  # counts system calls, and measures nothing else

    @property
    def pair(self) -> tuple[str, str]:
        return (self.contestant.name, self.cell.text)


def not_run(cells: Sequence[Cell], contestants: Sequence[Contestant], descriptors: int) -> Reasons:
    """What can't be measured, and why. `descriptors`: how many this machine allows a process."""
    reasons: Reasons = {}
    for cell in cells:
        for contestant in contestants:
            if contestant.holds is not None and cell.open > contestant.holds:
                reasons[contestant.name, cell.text] = contestant.because
            elif cell.open + DESCRIPTORS_BESIDE > descriptors:
                reasons[contestant.name, cell.text] = (
                    f"this machine allows a process {descriptors:,} descriptors (ulimit -Hn)")
    return reasons


def plan(cells: Sequence[Cell], contestants: Sequence[Contestant], rounds: int,
         reasons: Reasons) -> list[Step]:
    """The timed steps, in the order in which they run."""
    generator = random.Random(SEED)
    steps: list[Step] = []
    for cell in cells:
        able = [one for one in contestants if (one.name, cell.text) not in reasons]
        for number, order in enumerate(orders(able, rounds, generator)):
            steps += [Step(number, cell, contestant) for contestant in order]
    return sorted(steps, key=lambda step: (step.round, cells.index(step.cell)))


def orders(contestants: Sequence[Contestant], rounds: int,
           generator: random.Random) -> list[list[Contestant]]:
    """An order for each round, never the same twice in a row."""
    found: list[list[Contestant]] = []
    while len(found) < rounds:
        order = generator.sample(contestants, len(contestants))
        if len(contestants) < 2 or not found or order != found[-1]:
            found.append(order)
    return found


def calls_pass(cells: Sequence[Cell], contestants: Sequence[Contestant], rounds: int,
               reasons: Reasons) -> list[Step]:
    """The steps after the rounds, which count system calls: once each."""
    return [Step(rounds, cell, contestant, calls=True) for cell in cells
            for contestant in contestants if (contestant.name, cell.text) not in reasons]
