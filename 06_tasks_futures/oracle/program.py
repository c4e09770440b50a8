"""The little language of the programs that Python's asyncio and ours both run.

One statement a line: words with single spaces between. A line that opens a block
(BLOCKS) is followed by its statements and `end`; `try` has `catch KIND` and
`finally` inside. Before the bodies stand the things that they share, each numbered
in the order of appearance, beginning with 0:

    futures N              slots 0 to N - 1 hold futures; later slots stay empty
                           until a statement fills them
    lock
    semaphore VALUE [bounded]
    event
    condition              with a number that begins with 0
    queue fifo|lifo|priority SIZE
    barrier PARTIES

Then `body` ... `end` for what runs as a coroutine (0 is the main task's) and
`callback` ... `end` for what the loop calls. Times are in units of 1/512 s: a binary
fraction for a float, a whole number of nanoseconds for an integer. README.md lists
the statements.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Iterator

BLOCKS = {"try", "repeat", "timeout", "group", "with"}
CLAUSES = {"catch", "finally"}


@dataclass
class Statement:
    """Its words, and if it opens a block: what stands in it and its clauses."""
    words: tuple[str, ...]
    block: list["Statement"] = field(default_factory=list)
    clauses: list["Statement"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass
class Program:
    seed: int
    shared: list[tuple[str, ...]] = field(default_factory=list)
    bodies: list[list[Statement]] = field(default_factory=list)
    callbacks: list[list[Statement]] = field(default_factory=list)


def statement(*words: object) -> Statement:
    return Statement(tuple(str(word) for word in words))


def block_lines(block: list[Statement], indent: str) -> Iterator[str]:
    for each in block:
        yield indent + each.text
        if each.words[0] not in BLOCKS:
            continue
        yield from block_lines(each.block, indent + " ")
        for clause in each.clauses:
            yield indent + clause.text
            yield from block_lines(clause.block, indent + " ")
        yield indent + "end"


def lines_of(program: Program) -> Iterator[str]:
    yield f"program {program.seed}"
    for words in program.shared:
        yield " ".join(words)
    for name, blocks in (("body", program.bodies), ("callback", program.callbacks)):
        for block in blocks:
            yield name
            yield from block_lines(block, " ")
            yield "end"
    yield "end"


def text_of(program: Program) -> str:
    return "".join(line + "\n" for line in lines_of(program))


class Parser:
    """Reads one program after the other from lines."""

    def __init__(self, lines: Iterable[str]):
        self.lines = iter(lines)

    def programs(self) -> Iterator[Program]:
        for line in self.lines:
            words = line.split()
            if words:
                yield self.program(int(words[1]))

    def words(self) -> tuple[str, ...]:
        return tuple(next(self.lines).split())

    def program(self, seed: int) -> Program:
        program = Program(seed)
        while (words := self.words()) != ("end",):
            if words == ("body",):
                program.bodies.append(self.block()[0])
            elif words == ("callback",):
                program.callbacks.append(self.block()[0])
            else:
                program.shared.append(words)
        return program

    def block(self) -> tuple[list[Statement], list[Statement]]:
        """The statements up to `end`, and the clauses behind them."""
        statements: list[Statement] = []
        clauses: list[Statement] = []
        current = statements
        while (words := self.words()) != ("end",):
            each = Statement(words)
            if words[0] in CLAUSES:
                clauses.append(each)
                current = each.block
                continue
            if words[0] in BLOCKS:
                each.block, each.clauses = self.block()
            current.append(each)
        return statements, clauses


def parse(text: str) -> list[Program]:
    return list(Parser(text.splitlines()).programs())
