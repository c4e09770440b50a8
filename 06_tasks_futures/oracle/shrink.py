"""Makes a program that fails smaller, for as long as it fails."""
from __future__ import annotations

import copy
from typing import Callable, Iterator, Optional

from program import Program, Statement

# Which of the candidates still fail; it is given all of a round at once.
Fails = Callable[[list[Program]], list[bool]]

TIMES = {"sleep", "later", "timeout", "reschedule", "wait_for", "repeat"}


def shrink(program: Program, fails: Fails) -> Program:
    while True:
        smaller = list(candidates(program))
        for number, candidate in enumerate(smaller, start=1):
            candidate.seed = number
        failing = [each for each, does in zip(smaller, fails(smaller)) if does] if smaller else []
        if not failing:
            return program
        program = failing[0]


def candidates(program: Program) -> Iterator[Program]:
    """Programs with one thing less, those with most less first."""
    for path in sorted(blocks_of(program), key=len):
        yield from without_statements(program, path)
    for path in blocks_of(program):
        yield from with_less(program, path)


# A path leads to a block: ("bodies", 2, 0, "block", 3, "clauses", 1, "block").
Path = tuple


def blocks_of(program: Program) -> list[Path]:
    paths: list[Path] = []
    for kind in ("bodies", "callbacks"):
        for number, block in enumerate(getattr(program, kind)):
            add_blocks(block, (kind, number), paths)
    return paths


def add_blocks(block: list[Statement], path: Path, paths: list[Path]) -> None:
    paths.append(path)
    for place, each in enumerate(block):
        if each.block:
            add_blocks(each.block, (*path, place, "block"), paths)
        for number, clause in enumerate(each.clauses):
            add_blocks(clause.block, (*path, place, "clauses", number, "block"), paths)


def at(program: Program, path: Path):
    found = program
    for step in path:
        found = getattr(found, step) if isinstance(step, str) else found[step]
    return found


def changed(program: Program, path: Path, change: Callable[[list[Statement]], None]) -> Program:
    copied = copy.deepcopy(program)
    change(at(copied, path))
    return copied


def without_statements(program: Program, path: Path) -> Iterator[Program]:
    length = len(at(program, path))
    size = length
    while size > 0:
        for begin in range(0, length - size + 1, size):
            def remove(block: list[Statement], begin: int = begin, size: int = size) -> None:
                del block[begin:begin + size]
            yield changed(program, path, remove)
        size //= 2


def with_less(program: Program, path: Path) -> Iterator[Program]:
    for place, each in enumerate(at(program, path)):
        for less in less_than(each):
            def replace(block: list[Statement], less: list[Statement] = less,
                        place: int = place) -> None:
                block[place:place + 1] = copy.deepcopy(less)
            yield changed(program, path, replace)


def less_than(each: Statement) -> Iterator[list[Statement]]:
    """What may stand in its place."""
    if each.block:
        yield each.block
    for number in range(len(each.clauses)):
        yield [Statement(each.words, each.block,
                         each.clauses[:number] + each.clauses[number + 1:])]
    for words in fewer_words(each.words):
        yield [Statement(words, each.block, each.clauses)]


def fewer_words(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if words[0] in {"cancel", "raise_cancelled"} and words[-1].startswith("m"):
        yield words[:-1]
    if words[0] in {"gather", "gather_to", "wait", "as_completed"}:
        first = {"gather": 2, "gather_to": 3, "wait": 3, "as_completed": 2}[words[0]]
        for place in range(first, len(words)):
            yield words[:place] + words[place + 1:]
    if words[0] in TIMES:
        place = 2 if words[0] == "later" else 1
        for smaller in smaller_numbers(words[place]):
            yield words[:place] + (smaller,) + words[place + 1:]


def smaller_numbers(word: str) -> Iterator[str]:
    number: Optional[int] = int(word) if word.lstrip("-").isdigit() else None
    if number is not None and number > 1:
        yield from ("1", str(number // 2)) if number > 3 else ("1",)
