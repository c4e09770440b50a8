"""Reads shell sessions from a page.

A `console` fence is a scene in a terminal. In a scene, `$ ` begins a command,
`> ` a line typed into the running program, `^C` and `^D` are keys, `...` stands
for any number of lines, and every other line is expected output.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional

from pages import BookError, Fence, Page, Problem
from terminal import KEYS

DEADLINE = 20.0

DURATION = re.compile(r"^(\d+(?:\.\d+)?) ?(ms|s|min)$")
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0}


@dataclass
class Step:
    """One input and the output that the page shows after it.

    `kind` is "command", "type", "key", or "listen" for a scene that begins
    with output.
    """

    kind: str
    line: int
    text: str
    typed: list[str]
    shown: list[str] = field(default_factory=list)


@dataclass
class Scene:
    """One console fence. `goes_on_in` is the line in which its last command,
    still running, is taken up again."""

    fence: Fence
    terminal: str
    steps: list[Step]
    deadline: float = DEADLINE
    silent: float = 0.0
    keeps_running: bool = False
    goes_on_in: Optional[int] = None

    @property
    def silent_step(self) -> Optional[Step]:
        """The step after which the silence is asserted: the last that is no key,
        so that `^C` may end in the same fence what was silent until then."""
        others = [step for step in self.steps if step.kind != "key"]
        return others[-1] if self.silent and others else None

    @property
    def ends(self) -> bool:
        """Whether its last command ends with the fence."""
        last = self.steps[-1]
        return not (self.keeps_running or self.goes_on_in or last is self.silent_step)


def scenes(page: Page) -> tuple[list[Scene], list[Problem]]:
    """The page's console fences, in order."""
    found: list[Scene] = []
    problems: list[Problem] = []
    for fence in page.fences:
        if fence.language != "console" or (fence.mark and fence.mark.key == "not run"):
            continue
        try:
            found.append(scene(fence))
        except BookError as error:
            problems.append(page.problem(fence.line, str(error)))
    connect(found)
    return found, problems


def scene(fence: Fence) -> Scene:
    words = [word.strip() for word in fence.mark.value.split(",")] if fence.mark else ["shell"]
    if not any(line.strip() for line in fence.lines):
        raise BookError("this console fence is empty")
    result = Scene(fence, words[0], steps(fence))
    for option in words[1:]:
        name, _, value = option.partition(":")
        if name == "within":
            result.deadline = duration(value)
        elif name == "silent for":
            result.silent = duration(value)
        elif option == "keeps running":
            result.keeps_running = True
        else:
            raise BookError(f"unknown option `{option}` of a terminal; known: "
                            "`within: 60 s`, `silent for: 300 ms`, `keeps running`")
    return result


def duration(text: str) -> float:
    """Seconds, from `120 s`, `300 ms` or `2 min`."""
    parts = DURATION.match(text.strip())
    if not parts:
        raise BookError(f"`{text.strip()}` is no duration, as `300 ms` or `20 s` are")
    return float(parts[1]) * SECONDS[parts[2]]


def steps(fence: Fence) -> list[Step]:
    """Cuts the fence before each input line."""
    result: list[Step] = []
    lines = iter(enumerate(fence.lines, start=fence.first_line))
    for number, line in lines:
        if line.startswith("$ "):
            typed = [line]
            while typed[-1].endswith("\\"):
                typed.append(next(lines, (0, ""))[1])
            result.append(Step("command", number, "\n".join(typed)[2:], typed))
        elif line.startswith("> ") or line == ">":
            result.append(Step("type", number, line[2:], [line]))
        elif line in KEYS:
            result.append(Step("key", number, line, [line]))
        else:
            if not result:
                result.append(Step("listen", number, "", []))
            result[-1].shown.append(line)
    return result


def connect(found: list[Scene]) -> None:
    """Notes for each scene whether the next one of its terminal goes on with it."""
    following: dict[str, Scene] = {}
    for scene_ in reversed(found):
        later = following.get(scene_.terminal)
        if later and later.steps and later.steps[0].kind != "command":
            scene_.goes_on_in = later.fence.first_line
        following[scene_.terminal] = scene_
