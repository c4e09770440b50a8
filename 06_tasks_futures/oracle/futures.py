"""Statements about tasks and futures, and what the loop calls."""
from __future__ import annotations

from typing import Any

from core import Core, Frame
from described import Error, state_of
from virtual_loop import seconds


class Futures(Core):
    """Tasks and futures."""

    def do_spawn(self, frame: Frame, slot: str, body: str) -> str:
        if self.is_enough():
            return "enough"
        name = self.name("t")
        return self.keep(name, self.loop.create_task(self.coroutine(body, name)), slot)

    def do_cancel(self, frame: Frame, slot: str, *message: str) -> Any:
        node = self.node(slot, frame)
        return node.future.cancel(*message) if node else "nothing"

    def do_uncancel(self, frame: Frame, slot: str) -> Any:
        node = self.node(slot, frame)
        return node.future.uncancel() if node and node.is_task else "nothing"

    def do_cancelling(self, frame: Frame, slot: str) -> Any:
        node = self.node(slot, frame)
        return node.future.cancelling() if node and node.is_task else "nothing"

    def do_look(self, frame: Frame, slot: str) -> str:
        node = self.node(slot, frame)
        return state_of(node.future) if node else "nothing"

    def do_result(self, frame: Frame, slot: str) -> Any:
        node = self.node(slot, frame)
        return node.future.result() if node else "nothing"

    def do_exception(self, frame: Frame, slot: str) -> Any:
        node = self.node(slot, frame)
        return [node.future.exception()] if node else "nothing"

    def do_set_result(self, frame: Frame, slot: str, value: str) -> Any:
        node = self.node(slot, frame)
        if not node or node.name[0] != "f":
            return "nothing"
        return node.future.set_result(int(value))

    def do_set_exception(self, frame: Frame, slot: str, value: str) -> Any:
        node = self.node(slot, frame)
        if not node or node.name[0] != "f":
            return "nothing"
        return node.future.set_exception(Error(value))

    async def await_await(self, frame: Frame, slot: str) -> Any:
        node = self.node(slot, frame)
        if not node:
            return "nothing"
        if slot == "me" and not node.has_awaited_itself:
            node.has_awaited_itself = True
            return await node.future
        if self.must_not_wait(frame, node):
            return "cycle"
        return await self.wait(frame, [node.name], node.future)


class Callbacks(Core):
    """What the loop calls."""

    def do_soon(self, frame: Frame, handle: str, callback: str) -> Any:
        if self.is_enough():
            return "enough"
        self.handles[handle] = self.loop.call_soon(self.callback(callback))

    def do_later(self, frame: Frame, handle: str, units: str, callback: str) -> Any:
        if self.is_enough():
            return "enough"
        self.handles[handle] = self.loop.call_later(seconds(units), self.callback(callback))

    def do_cancel_handle(self, frame: Frame, handle: str) -> Any:
        if handle not in self.handles:
            return "nothing"
        self.handles[handle].cancel()

    def do_on_done(self, frame: Frame, slot: str, callback: str) -> Any:
        node = self.node(slot, frame)
        if not node or self.is_enough():
            return "nothing"
        node.future.add_done_callback(self.callback(callback))
