"""Cells: what a server is asked to do while it is measured.

`50x1024x16+10000` is 50 connections, messages of 1,024 bytes, 16 of them in
flight on each connection, and 10,000 further connections that say nothing.
`churn` is 50 clients at a time that connect, echo once, and close.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Optional

GRAMMAR = re.compile(r"([1-9]\d*)x([1-9]\d*)x([1-9]\d*)(?:\+([1-9]\d*))?", re.ASCII)
MOST, LARGEST, DEEPEST = 1_000_000, 1 << 20, 1 << 10  # as throughput_bench has them
FORM = "CONNECTIONSxSIZExDEPTH, such as 50x1024x1, then perhaps +IDLE; or churn"


@dataclass(frozen=True)
class Cell:
    text: str
    connections: int
    size: int  # bytes of a message
    depth: int
    idle: int = 0

    @property
    def is_churn(self) -> bool:
        return self.text == "churn"

    @property
    def open(self) -> int:
        """Connections that the server must hold at once. Those of churn may wait their turn."""
        return 1 if self.is_churn else self.connections + self.idle

    @property
    def pretty(self) -> str:
        return self.text if self.is_churn else self.text.replace("x", "×")

    @property
    def words(self) -> str:
        if self.is_churn:
            return "50 clients at a time: connect, echo 64 bytes, close"
        words = [number(self.connections, "connection"), number(self.size, "byte"),
                 "one in flight" if self.depth == 1 else f"{self.depth:,} in flight on each"]
        return ", ".join(words) + (f", beside {self.idle:,} idle ones" if self.idle else "")


def number(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def parse(text: str) -> Cell:
    """One cell. Raises ValueError, which names the text and what is allowed."""
    if text == "churn":
        return Cell(text, 50, 64, 1)
    found = GRAMMAR.fullmatch(text.replace("×", "x"))
    if not found:
        raise ValueError(f"'{text}' is no cell; a cell is {FORM}")
    connections, size, depth, idle = (int(part or 0) for part in found.groups())
    if connections > MOST or idle > MOST or size > LARGEST or depth > DEEPEST:
        raise ValueError(f"'{text}' is no cell: there are at most {MOST:,} connections, {LARGEST:,} "
                         f"bytes in a message, and {DEEPEST:,} of them in flight")
    return Cell(found[0], connections, size, depth, idle)


CENTRAL = parse("50x1024x1")  # where contestants are sorted, and verdicts are given
MAIN = [parse(text) for text in ("1x64x1", "50x64x1", "50x1024x1", "50x1024x16", "1000x1024x1",
                                 "50x65536x1", "50x1024x1+10000", "churn")]
IDLE = [parse(f"1x64x1+{idle}") for idle in (10, 100, 1_000, 10_000)]
QUICK = [parse(text) for text in ("1x64x1", "50x1024x1", "50x1024x1+1000", "churn")]
SETS = {"main": MAIN, "idle": IDLE, "all": MAIN + IDLE}


def chosen(text: str) -> list[Cell]:
    """What --cells takes: cells and the names of sets, with commas; each cell once."""
    found: dict[Cell, None] = {}
    for word in text.split(","):
        found.update(dict.fromkeys(SETS.get(word) or [parse(word)]))
    return list(found)


def central(cells: Iterable[Cell]) -> Optional[Cell]:
    """The cell in which contestants are sorted: 50x1024x1, or else the first."""
    cells = list(cells)
    return CENTRAL if CENTRAL in cells else next(iter(cells), None)
