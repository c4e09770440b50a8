"""What the bodies of a program share."""
from __future__ import annotations

import asyncio


class Shared:
    """Each kind is numbered from 0."""

    def __init__(self) -> None:
        self.locks: list[asyncio.Lock] = []
        self.semaphores: list[asyncio.Semaphore] = []
        self.events: list[asyncio.Event] = []
        self.conditions: list[asyncio.Condition] = []
        self.numbers: list[int] = []  # each condition's
        self.queues: list[asyncio.Queue] = []
        self.barriers: list[asyncio.Barrier] = []

    def add(self, kind: str, *words: str) -> None:
        getattr(self, "add_" + kind)(*words)

    def add_lock(self) -> None:
        self.locks.append(asyncio.Lock())

    def add_semaphore(self, value: str, bounded: str = "") -> None:
        kind = asyncio.BoundedSemaphore if bounded else asyncio.Semaphore
        self.semaphores.append(kind(int(value)))

    def add_event(self) -> None:
        self.events.append(asyncio.Event())

    def add_condition(self) -> None:
        self.conditions.append(asyncio.Condition())
        self.numbers.append(0)

    def add_queue(self, kind: str, size: str) -> None:
        kinds = {"fifo": asyncio.Queue, "lifo": asyncio.LifoQueue,
                 "priority": asyncio.PriorityQueue}
        self.queues.append(kinds[kind](int(size)))

    def add_barrier(self, parties: str) -> None:
        self.barriers.append(asyncio.Barrier(int(parties)))
