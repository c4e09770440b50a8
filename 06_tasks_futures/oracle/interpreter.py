"""Runs programs (program.py) on Python's asyncio, on virtual time.

    python3.13 interpreter.py < PROGRAMS > TRACES

A trace has a line for whatever happens: the time, who does it, the statement, and what
came of it. c1, c2, ... are runs of bodies, k1, k2, ... runs of callbacks, t1, t2, ...
tasks, in the order of their making. Where CPython leaves an order open, a choice is made:
timers of one deadline come in the order of their making, a group cancels its tasks in
that order, as_completed is given one future at most that is done already, and what wait
is given counts as retrieved.
"""
from __future__ import annotations

import asyncio
import gc
import heapq
import sys
import warnings
from pathlib import Path
from typing import Any, Awaitable, Callable, Iterable, Optional, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parent))

from program import BLOCKS, Parser, Program, Statement

UNITS = 512       # of the time in a second
MOST_LINES = 400  # of a trace
MOST_TURNS = 2000
MOST_RUNS = 50    # of bodies and callbacks

# What a program can catch: all but the end of the interpreter itself.
CAUGHT = (Exception, asyncio.CancelledError)
KINDS = {"cancelled": asyncio.CancelledError, "timeout": asyncio.TimeoutError,
         "error": Exception, "all": CAUGHT}
RETURN_WHEN = {"all": asyncio.ALL_COMPLETED, "first": asyncio.FIRST_COMPLETED,
               "exception": asyncio.FIRST_EXCEPTION}


class Error(Exception):
    """What `raise N` raises."""


class Timer(asyncio.TimerHandle):
    """Of two with one deadline the first to be made is the lesser."""

    def __init__(self, order: int, *arguments: Any):
        super().__init__(*arguments)
        self.order = order

    def __lt__(self, other: "Timer") -> bool:
        return (self._when, self.order) < (other._when, other.order)


class VirtualLoop(asyncio.BaseEventLoop):
    """Time passes only when nothing is ready: then it jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = self
        self.now = 0
        self.turns = 0
        self.timers = 0

    def time(self) -> float:
        return self.now / UNITS

    def call_at(self, when: float, callback: Callable, *arguments: Any,
                context: Any = None) -> Timer:
        self.timers += 1
        timer = Timer(self.timers, when, callback, arguments, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def select(self, timeout: Optional[float]) -> list:
        self.turns += 1
        if timeout is None or self.turns > MOST_TURNS:
            self.stop()
        elif timeout > 0:
            self.now += round(timeout * UNITS)
        return []

    def _process_events(self, events: list) -> None:
        pass


class Ordered(dict):
    """A set that remembers the order."""

    def add(self, item: Any) -> None:
        self[item] = None

    def discard(self, item: Any) -> None:
        self.pop(item, None)


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


def seconds(units: str) -> Optional[float]:
    return None if units == "-" else int(units) / UNITS


def described(outcome: Any) -> str:
    if isinstance(outcome, bool) or outcome is None:
        return str(outcome).lower()
    if isinstance(outcome, list):
        return "[" + " ".join(map(described, outcome)) + "]"
    if isinstance(outcome, BaseException):
        return described_error(outcome)
    return str(outcome)


def described_error(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        return "Group(" + " ".join(map(described_error, error.exceptions)) + ")"
    if isinstance(error, (Error, asyncio.CancelledError, RuntimeError, ValueError)):
        # Behind a colon or a bracket comes what differs: an object's repr.
        message = str(error).split("<")[0].split(":")[0].strip()
        return f"{name}({message})" if message else name
    return name


class Shared:
    """What the bodies of a program share."""

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


def state_of(future: asyncio.Future) -> str:
    return "cancelled" if future.cancelled() else "done" if future.done() else "pending"


def retrieve(futures: Iterable[asyncio.Future]) -> None:
    """What failed is not to be told at the end."""
    for future in futures:
        if future.done() and not future.cancelled():
            future.exception()


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


class Interpreter(Plain, Futures, Callbacks, Combined, Scopes, Locks, Queues):
    """Runs one program to its end."""

    def run_all(self) -> list[str]:
        for words in self.program.shared:
            if words[0] == "futures":
                for slot in range(int(words[1])):
                    self.keep(self.name("f"), self.loop.create_future(), str(slot))
            else:
                self.shared.add(*words)
        self.do_spawn(Frame("main"), "main", "0")
        self.loop.run_forever()
        self.write("main", "quiet")
        for node in self.nodes[:]:
            if node.is_task and not node.future.done():
                self.write("main", "cancel " + node.name, node.future.cancel())
        self.loop.run_forever()
        self.write_states()
        return self.lines

    def write_states(self) -> None:
        for node in self.nodes:
            self.write("end", node.name, state_of(node.future))
        for node in self.nodes:
            if node.future._log_traceback:
                self.write("end", node.name + " unretrieved", node.future.exception())


def trace_of(program: Program) -> list[str]:
    loop = VirtualLoop()
    asyncio.set_event_loop(loop)
    try:
        return list(Interpreter(program, loop).run_all())
    finally:
        loop.close()


def run_programs(lines: Iterable[str], output: TextIO) -> None:
    for program in Parser(lines).programs():
        print(f"trace {program.seed}", *trace_of(program), "end", sep="\n", file=output)


def main() -> None:
    # Frames that are thrown away while they wait have nothing more to say.
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda unraisable: None
    gc.freeze()
    run_programs(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
