"""What a program has so far, and what a statement may name of it."""
from __future__ import annotations

from features import EVERYTHING
from program import Program
from random_numbers import Random


class Place:
    """Where a statement comes to stand."""

    def __init__(self, body: int, depth: int = 0, within: frozenset[str] = frozenset()):
        self.body = body
        self.depth = depth
        self.within = within

    def inside(self, what: str) -> "Place":
        return Place(self.body, self.depth + 1, self.within | {what})


class Operands:
    def __init__(self, seed: int, features: frozenset[str] = EVERYTHING):
        self.random = Random(seed)
        self.features = features
        self.program = Program(seed)
        self.left = 0           # statements that the body may still have
        self.slots = 0          # so many are in use
        self.early = 0          # so many of those known are filled at the beginning
        self.known: list[int] = []  # slots that are likely to be filled
        self.runs: dict[int, int] = {}  # of a slot's task: its body
        self.futures: list[int] = []
        self.handles = 0
        self.counts: dict[str, int] = {}  # of what is shared
        self.themes: list[str] = []
        self.callback_count = 0

    def new_slot(self) -> int:
        self.slots += 1
        self.known.append(self.slots - 1)
        return self.slots - 1

    def new_handle(self) -> int:
        self.handles += 1
        return self.handles - 1

    def slot(self, place: Place) -> int:
        """Mostly one that is filled when the others begin; not one's own."""
        others = [slot for slot in self.known[:self.early] if self.runs.get(slot) != place.body]
        return self.random.choice(others if others and self.random.chance(70) else self.known)

    def some_slots(self) -> list[int]:
        return self.random.sample(self.known, self.random.between(1, 3))

    def duration(self) -> int:
        random = self.random
        kind = random.weighted({"none": 40, "short": 42, "long": 16, "negative": 2})
        return {"none": 0, "short": random.between(1, 4), "long": random.between(5, 12),
                "negative": -1}[kind]

    def limit(self) -> str:
        """Of a wait: `-` is none."""
        random = self.random
        kind = random.weighted({"none": 8, "now": 10, "negative": 2, "short": 60, "long": 20})
        return str({"none": "-", "now": 0, "negative": -1, "short": random.between(1, 4),
                    "long": random.between(5, 12)}[kind])

    def number(self) -> int:
        return self.random.below(10)

    def message(self) -> list[str]:
        return ["m" + str(self.number())] if self.random.chance(30) else []

    def body(self, place: Place) -> Optional[int]:
        """Bodies start only those behind them, so there is an end to it."""
        last = len(self.program.bodies) - 1
        first = place.body + 1 if place.body < 1000 else max(last, 1)
        return self.random.between(first, last) if first <= last else None

    def shared(self, theme: str) -> int:
        return self.random.below(self.counts[theme])

    def whom(self, place: Place) -> str:
        me = "callback" not in place.within and self.random.chance(25)
        return "me" if me or not self.known else str(self.slot(place))

    def items(self, place: Place, n: int) -> list[str]:
        """Slots and bodies, for gather and wait_for."""
        items: list[str] = []
        with_slots = self.known and "gather_done" in self.features
        rest = [slot for slot in self.known if self.runs.get(slot) != place.body]
        for _ in range(n):
            body = self.body(place)
            if with_slots and rest and (body is None or self.random.chance(50)):
                items.append(str(rest.pop(self.random.below(len(rest)))))
            elif body is not None:
                items.append("b" + str(body))
        return items
