"""What all statements stand on."""
from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Iterable, Optional

from described import described, state_of
from program import BLOCKS, Program, Statement
from shared import Shared
from virtual_loop import VirtualLoop

MOST_LINES = 400  # of a trace
MOST_RUNS = 50    # of bodies and callbacks

# What a program can catch: all but the end of the interpreter itself.
CAUGHT = (Exception, asyncio.CancelledError)


class Node:
    """A future with the name that it has in traces."""

    def __init__(self, name: str, future: asyncio.Future):
        self.name = name
        self.future = future
        # CPython 3.13 in C: whoever awaits it then is refused as well.
        self.has_awaited_itself = False

    @property
    def is_task(self) -> bool:
        return self.name[0] == "t"

    @property
    def is_gather(self) -> bool:
        return self.name[0] == "g"


class Frame:
    """A body or a callback that runs."""

    def __init__(self, who: str, task: Optional[str] = None, groups: Iterable = ()):
        self.who = who
        self.task = task
        self.groups = list(groups)
        self.timeouts: list = []
        self.returned: Optional[int] = None
        self.caught: Optional[BaseException] = None


class Core:
    """What all statements stand on: time, names, trace, and who waits for whom."""

    def __init__(self, program: Program, loop: VirtualLoop):
        self.program = program
        self.loop = loop
        self.lines: list[str] = []
        self.shared = Shared()
        self.slots: dict[str, Node] = {}
        self.nodes: list[Node] = []
        self.handles: dict[str, asyncio.Handle] = {}
        self.numbers: dict[str, int] = {}
        self.waits: dict[str, list[str]] = {}
        self.implicit: list[asyncio.Task] = []  # keeps them alive
        loop.set_task_factory(self.make_task)
        loop.set_exception_handler(self.on_exception)

    # --- the trace

    def write(self, who: str, text: str, outcome: Any = None) -> None:
        if len(self.lines) == MOST_LINES:
            self.loop.stop()
            return
        mark = "!" if isinstance(outcome, BaseException) else "="
        self.lines.append(f"{self.loop.now} {who} {text} {mark} {described(outcome)}")

    def on_exception(self, loop: asyncio.AbstractEventLoop, context: dict) -> None:
        # Behind the third word comes the repr of the callback.
        words = " ".join(context["message"].split()[:3])
        self.write("loop", words, context.get("exception"))

    # --- names

    def name(self, letter: str) -> str:
        self.numbers[letter] = self.numbers.get(letter, 0) + 1
        return letter + str(self.numbers[letter])

    def is_enough(self) -> bool:
        return self.numbers.get("c", 0) + self.numbers.get("k", 0) >= MOST_RUNS

    # --- futures

    def make_task(self, loop: VirtualLoop, coroutine: Any, **options: Any) -> asyncio.Task:
        self.implicit.append(asyncio.Task(coroutine, loop=loop, **options))
        return self.implicit[-1]

    def keep(self, name: str, future: asyncio.Future, slot: str) -> str:
        node = self.slots[slot] = Node(name, future)
        self.nodes.append(node)
        return name

    def node(self, slot: str, frame: Frame) -> Optional[Node]:
        if slot != "me":
            return self.slots.get(slot)
        found = [node for node in self.nodes if node.name == frame.task]
        return found[0] if found else None

    def plain_nodes(self, slots: Iterable[str]) -> list[tuple[str, Node]]:
        """What is in those of the slots that have the future of a number."""
        nodes = [(slot, self.slots.get(slot)) for slot in slots]
        return [(slot, node) for slot, node in nodes if node and not node.is_gather]

    # --- who waits for whom: cancel goes that way, and must come to an end

    def reaches(self, start: str, end: Optional[str]) -> bool:
        return start == end or any(self.reaches(each, end) for each in self.waits.get(start, ()))

    def must_not_wait(self, frame: Frame, node: Node) -> bool:
        return node.has_awaited_itself or self.reaches(node.name, frame.task)

    async def wait(self, frame: Frame, names: list[str], awaitable: Awaitable) -> Any:
        waits = self.waits.setdefault(frame.task, [])
        waits.extend(names)
        try:
            return await awaitable
        finally:
            for name in names:
                waits.remove(name)

    # --- bodies and callbacks

    def coroutine(self, body: str, task: Optional[str], groups: Iterable = ()) -> Awaitable[int]:
        """A run of the body in that task, or in one of its own."""
        frame = Frame(self.name("c"), task or self.name("t"), groups)
        return self.run_body(frame, body)

    async def run_body(self, frame: Frame, body: str) -> int:
        self.write(frame.who, f"body {body}", frame.task)
        try:
            await self.run(frame, self.program.bodies[int(body)])
        except CAUGHT as error:
            self.write(frame.who, "end", error)
            raise
        value = int(frame.who[1:]) if frame.returned is None else frame.returned
        self.write(frame.who, "end", value)
        return value

    def callback(self, number: str) -> Callable[..., None]:
        """A run of the callback; the loop, or a future that is done, calls it."""
        frame = Frame(self.name("k"))

        def call(future: Optional[asyncio.Future] = None) -> None:
            self.write(frame.who, f"callback {number}", future and state_of(future))
            for each in self.program.callbacks[int(number)]:
                self.execute_now(frame, each)
                if frame.returned is not None:
                    break
        return call

    async def run(self, frame: Frame, block: list[Statement]) -> None:
        for each in block:
            await self.execute(frame, each)
            if frame.returned is not None:
                break

    async def execute(self, frame: Frame, each: Statement) -> None:
        name, operands = each.words[0].replace(".", "_"), each.words[1:]
        if name in BLOCKS:
            await getattr(self, "block_" + name)(frame, each, *operands)
        elif (wait := getattr(self, "await_" + name, None)):
            try:
                self.write(frame.who, each.text, await wait(frame, *operands))
            except CAUGHT as error:
                self.write(frame.who, each.text, error)
                raise
        else:
            self.execute_now(frame, each)

    def execute_now(self, frame: Frame, each: Statement) -> None:
        act = getattr(self, "do_" + each.words[0].replace(".", "_"))
        try:
            self.write(frame.who, each.text, act(frame, *each.words[1:]))
        except CAUGHT as error:
            self.write(frame.who, each.text, error)
            raise
