"""Statements about queues of numbers."""
from __future__ import annotations

from core import Core, Frame


class Queues(Core):
    """Queues of numbers."""

    async def await_queue_put(self, frame: Frame, number: str, value: str) -> None:
        await self.shared.queues[int(number)].put(int(value))

    async def await_queue_get(self, frame: Frame, number: str) -> int:
        return await self.shared.queues[int(number)].get()

    async def await_queue_join(self, frame: Frame, number: str) -> None:
        await self.shared.queues[int(number)].join()

    def do_queue_put_nowait(self, frame: Frame, number: str, value: str) -> None:
        self.shared.queues[int(number)].put_nowait(int(value))

    def do_queue_get_nowait(self, frame: Frame, number: str) -> int:
        return self.shared.queues[int(number)].get_nowait()

    def do_queue_task_done(self, frame: Frame, number: str) -> None:
        self.shared.queues[int(number)].task_done()

    def do_queue_size(self, frame: Frame, number: str) -> int:
        return self.shared.queues[int(number)].qsize()

    def do_queue_shutdown(self, frame: Frame, number: str, mode: str) -> None:
        self.shared.queues[int(number)].shutdown(immediate=mode == "now")
