"""Statements about locks, semaphores, events, conditions, barriers."""
from __future__ import annotations

from core import Core, Frame
from described import described


class Locks(Core):
    """Locks, semaphores, events, conditions, barriers."""

    async def await_lock_acquire(self, frame: Frame, number: str) -> bool:
        return await self.shared.locks[int(number)].acquire()

    def do_lock_release(self, frame: Frame, number: str) -> None:
        self.shared.locks[int(number)].release()

    def do_lock_locked(self, frame: Frame, number: str) -> bool:
        return self.shared.locks[int(number)].locked()

    async def await_semaphore_acquire(self, frame: Frame, number: str) -> bool:
        return await self.shared.semaphores[int(number)].acquire()

    def do_semaphore_release(self, frame: Frame, number: str) -> None:
        self.shared.semaphores[int(number)].release()

    def do_semaphore_locked(self, frame: Frame, number: str) -> bool:
        return self.shared.semaphores[int(number)].locked()

    async def await_event_wait(self, frame: Frame, number: str) -> bool:
        return await self.shared.events[int(number)].wait()

    def do_event_set(self, frame: Frame, number: str) -> None:
        self.shared.events[int(number)].set()

    def do_event_clear(self, frame: Frame, number: str) -> None:
        self.shared.events[int(number)].clear()

    async def await_condition_wait(self, frame: Frame, number: str) -> bool:
        return await self.shared.conditions[int(number)].wait()

    async def await_condition_wait_for(self, frame: Frame, number: str, least: str) -> bool:
        numbers = self.shared.numbers
        return await self.shared.conditions[int(number)].wait_for(
            lambda: numbers[int(number)] >= int(least))

    def do_condition_notify(self, frame: Frame, number: str, n: str) -> None:
        self.shared.conditions[int(number)].notify(int(n))

    def do_condition_notify_all(self, frame: Frame, number: str) -> None:
        self.shared.conditions[int(number)].notify_all()

    def do_condition_add(self, frame: Frame, number: str, n: str) -> int:
        self.shared.numbers[int(number)] += int(n)
        return self.shared.numbers[int(number)]

    async def await_barrier_wait(self, frame: Frame, number: str) -> int:
        return await self.shared.barriers[int(number)].wait()

    async def await_barrier_reset(self, frame: Frame, number: str) -> None:
        await self.shared.barriers[int(number)].reset()

    async def await_barrier_abort(self, frame: Frame, number: str) -> None:
        await self.shared.barriers[int(number)].abort()

    def do_barrier_look(self, frame: Frame, number: str) -> str:
        barrier = self.shared.barriers[int(number)]
        return f"{barrier.n_waiting} {described(barrier.broken)}"
