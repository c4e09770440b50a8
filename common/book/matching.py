"""Compares what a command prints with what the page shows."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from masks import masked

ANYTHING = "..."


@dataclass(frozen=True)
class Match:
    """How far the printed lines fit the shown ones.

    `whole`: all of them fit all that is shown. `prefix`: after so many printed
    lines, all that is shown had come. `misfit`: the first line that can't fit.
    """

    whole: bool
    prefix: Optional[int]
    misfit: Optional[int]


def match(shown: list[str], printed: list[str]) -> Match:
    """Compares under the masks; `...` fits any number of lines.

    `reached` holds every number of shown lines that may have been used up so
    far; there are several only because of `...`.
    """
    expected = [line if line == ANYTHING else masked(line) for line in shown]
    reached = past_gaps(expected, {0})
    prefix = 0 if len(expected) in reached else None
    for index, line in enumerate(printed):
        reached = past_gaps(expected, after(expected, reached, masked(line)))
        if not reached:
            return Match(False, prefix, index)
        if prefix is None and len(expected) in reached:
            prefix = index + 1
    return Match(len(expected) in reached, prefix, None)


def after(expected: list[str], reached: set[int], line: str) -> set[int]:
    """Where one more printed line leads: on by one, or it stays in a gap."""
    following = set()
    for used in reached:
        if used < len(expected) and expected[used] == ANYTHING:
            following.add(used)
        elif used < len(expected) and expected[used] == line:
            following.add(used + 1)
    return following


def past_gaps(expected: list[str], reached: set[int]) -> set[int]:
    """Adds what is reached because a `...` may stand for no line at all."""
    result = set(reached)
    for used in reached:
        while used < len(expected) and expected[used] == ANYTHING:
            used += 1
            result.add(used)
    return result


def why(shown: list[str], lines: list[str], seconds: float, ended: bool) -> str:
    """In one sentence, why the lines aren't those shown."""
    misfit = match(shown, lines).misfit
    if misfit is not None:
        return f"the output differs: `{lines[misfit]}` isn't shown there"
    after_ = "before it ended" if ended else f"within {seconds:g} s"
    return f"not all of the shown output has come {after_}"
