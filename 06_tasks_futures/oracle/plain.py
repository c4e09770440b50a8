"""Statements that need neither future nor task."""
from __future__ import annotations

import asyncio
from typing import Any, Optional

from core import CAUGHT, Core, Frame
from described import Error
from program import Statement
from virtual_loop import seconds

KINDS = {"cancelled": asyncio.CancelledError, "timeout": asyncio.TimeoutError,
         "error": Exception, "all": CAUGHT}


class Plain(Core):
    """What needs neither future nor task."""

    def do_note(self, frame: Frame, value: str) -> int:
        return int(value)

    def do_return(self, frame: Frame, value: str) -> int:
        frame.returned = int(value)
        return frame.returned

    def do_raise(self, frame: Frame, value: str) -> None:
        raise Error(value)

    def do_raise_cancelled(self, frame: Frame, *message: str) -> None:
        raise asyncio.CancelledError(*message)

    def do_raise_timeout(self, frame: Frame) -> None:
        raise asyncio.TimeoutError

    def do_reraise(self, frame: Frame) -> str:
        if frame.caught is None:
            return "nothing"
        raise frame.caught

    async def await_sleep(self, frame: Frame, units: str) -> None:
        await asyncio.sleep(seconds(units))

    async def await_call(self, frame: Frame, body: str) -> Any:
        if self.is_enough():
            return "enough"
        return await self.coroutine(body, frame.task, frame.groups)

    async def block_repeat(self, frame: Frame, each: Statement, times: str) -> None:
        for _ in range(int(times)):
            await self.run(frame, each.block)
            if frame.returned is not None:
                break

    async def block_try(self, frame: Frame, each: Statement) -> None:
        error = await self.error_of(frame, each.block)
        clauses = [clause for clause in each.clauses if clause.words[0] == "catch"]
        for clause in clauses if error else []:
            if isinstance(error, KINDS[clause.words[1]]):
                self.write(frame.who, clause.text, error)
                outer, frame.caught = frame.caught, error
                error = await self.error_of(frame, clause.block)
                frame.caught = outer
                break
        for clause in each.clauses:
            if clause.words[0] == "finally":
                error = await self.finish(frame, clause.block) or error
        if error:
            raise error

    async def finish(self, frame: Frame, block: list[Statement]) -> Optional[BaseException]:
        returned, frame.returned = frame.returned, None
        error = await self.error_of(frame, block)
        frame.returned = returned
        return error

    async def error_of(self, frame: Frame, block: list[Statement]) -> Optional[BaseException]:
        try:
            await self.run(frame, block)
        except CAUGHT as error:
            return error
        return None
