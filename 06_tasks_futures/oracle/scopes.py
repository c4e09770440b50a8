"""Statements with a block, and something at its end: timeouts, groups, locks."""
from __future__ import annotations

import asyncio
from typing import Any

from core import CAUGHT, Core, Frame
from program import Statement
from virtual_loop import seconds


class Ordered(dict):
    """A set that remembers the order."""

    def add(self, item: Any) -> None:
        self[item] = None

    def discard(self, item: Any) -> None:
        self.pop(item, None)


class Scopes(Core):
    """Blocks with something at their end: timeouts, groups, locks."""

    async def block_timeout(self, frame: Frame, each: Statement, units: str) -> None:
        timeout = asyncio.timeout(seconds(units))
        frame.timeouts.append(timeout)
        try:
            async with timeout:
                await self.run(frame, each.block)
        except CAUGHT as error:
            self.write(frame.who, each.text, error)
            raise
        else:
            self.write(frame.who, each.text, timeout.expired())
        finally:
            frame.timeouts.pop()

    def do_reschedule(self, frame: Frame, units: str) -> Any:
        if not frame.timeouts:
            return "nothing"
        delay = seconds(units)
        frame.timeouts[-1].reschedule(None if delay is None else self.loop.time() + delay)

    def do_expired(self, frame: Frame) -> Any:
        return frame.timeouts[-1].expired() if frame.timeouts else "nothing"

    async def block_group(self, frame: Frame, each: Statement) -> None:
        group = asyncio.TaskGroup()
        group._tasks = Ordered()
        frame.groups.append(group)
        try:
            async with group:
                await self.run(frame, each.block)
        except CAUGHT as error:
            self.write(frame.who, each.text, error)
            raise
        else:
            self.write(frame.who, each.text, "left")
        finally:
            frame.groups.pop()

    def do_spawn_in(self, frame: Frame, slot: str, body: str) -> str:
        if self.is_enough() or not frame.groups:
            return "nothing"
        name = self.name("t")
        coroutine = self.coroutine(body, name, frame.groups[-1:])
        return self.keep(name, frame.groups[-1].create_task(coroutine), slot)

    async def block_with(self, frame: Frame, each: Statement, kind: str, number: str) -> None:
        try:
            async with getattr(self.shared, kind + "s")[int(number)]:
                self.write(frame.who, each.text, "held")
                await self.run(frame, each.block)
        except CAUGHT as error:
            self.write(frame.who, each.text, error)
            raise
        else:
            self.write(frame.who, each.text, "left")
