"""Statements that wait for several, or for one and the time."""
from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Iterable

from core import Core, Frame
from virtual_loop import seconds

RETURN_WHEN = {"all": asyncio.ALL_COMPLETED, "first": asyncio.FIRST_COMPLETED,
               "exception": asyncio.FIRST_EXCEPTION}


def retrieve(futures: Iterable[asyncio.Future]) -> None:
    """What failed is not to be told at the end."""
    for future in futures:
        if future.done() and not future.cancelled():
            future.exception()


class Combined(Core):
    """What waits for several, or for one and the time."""

    def children(self, items: Iterable[str]) -> tuple[list[str], list[Awaitable]]:
        """Slots (3) and bodies (b3), which get a task each."""
        names, children = [], []
        for item in items:
            if item[0] == "b" and not self.is_enough():
                names.append(self.name("t"))
                children.append(self.coroutine(item[1:], names[-1]))
            for _, node in self.plain_nodes([item]):
                names.append(node.name)
                children.append(node.future)
        return names, children

    def would_wait_for_itself(self, frame: Frame, slots: Iterable[str]) -> bool:
        return any(self.must_not_wait(frame, node) for _, node in self.plain_nodes(slots))

    async def await_gather(self, frame: Frame, mode: str, *items: str) -> Any:
        if self.would_wait_for_itself(frame, items):
            return "cycle"
        names, children = self.children(items)
        return await self.wait(frame, names,
                               asyncio.gather(*children, return_exceptions=mode == "return"))

    def do_gather_to(self, frame: Frame, slot: str, mode: str, *items: str) -> str:
        names, children = self.children(items)
        name = self.name("g")
        self.waits[name] = names
        return self.keep(name, asyncio.gather(*children, return_exceptions=mode == "return"),
                         slot)

    async def await_shield(self, frame: Frame, slot: str) -> Any:
        for _, node in self.plain_nodes([slot]):
            return await asyncio.shield(node.future)
        return "nothing"

    def do_shield_to(self, frame: Frame, slot: str, inner: str) -> str:
        for _, node in self.plain_nodes([inner]):
            if node.future.done():  # then it is what shield returns
                self.slots[slot] = node
                return node.name if asyncio.shield(node.future) is node.future else "another"
            return self.keep(self.name("s"), asyncio.shield(node.future), slot)
        return "nothing"

    async def await_wait(self, frame: Frame, mode: str, units: str, *slots: str) -> str:
        nodes = self.plain_nodes(slots)
        if not nodes:
            return "nothing"
        futures = [node.future for _, node in nodes]
        try:
            done, pending = await asyncio.wait(futures, timeout=seconds(units),
                                               return_when=RETURN_WHEN[mode])
        finally:
            retrieve(futures)
        words = ["done"] + [slot for slot, node in nodes if node.future in done]
        words += ["pending"] + [slot for slot, node in nodes if node.future in pending]
        return " ".join(words)

    async def await_wait_for(self, frame: Frame, units: str, item: str) -> Any:
        if self.would_wait_for_itself(frame, [item]):
            return "cycle"
        limit = seconds(units)
        if item[0] == "b":
            if self.is_enough():
                return "enough"
            return await asyncio.wait_for(self.coroutine(item[1:], frame.task), limit)
        for _, node in self.plain_nodes([item]):
            return await self.wait(frame, [node.name], asyncio.wait_for(node.future, limit))
        return "nothing"

    async def await_as_completed(self, frame: Frame, units: str, *slots: str) -> Any:
        futures = [node.future for _, node in self.plain_nodes(slots)]
        done = [future for future in futures if future.done()][:1]
        futures = done + [future for future in futures if not future.done()]
        if not futures:
            return "nothing"
        for each in asyncio.as_completed(futures, timeout=seconds(units)):
            try:
                self.write(frame.who, "as_completed", await each)
            except Exception as error:
                self.write(frame.who, "as_completed", error)
        return "end"
