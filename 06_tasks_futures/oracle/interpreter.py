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
import sys
import warnings
from pathlib import Path
from typing import Iterable, TextIO

sys.path.insert(0, str(Path(__file__).resolve().parent))

from combined import Combined
from core import Frame
from described import state_of
from futures import Callbacks, Futures
from locks import Locks
from plain import Plain
from program import Parser, Program
from queues import Queues
from scopes import Scopes
from virtual_loop import VirtualLoop


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
