"""Shell sessions on a page are run, and must print what the page shows.

The terminals live as long as the page, so that a server started in one is there
for the clients in others. Nothing sleeps: each step waits for the lines that the
page shows next, until a deadline.
"""
from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Callable, Iterator, Optional

import network
from masks import masked
from matching import ANYTHING, match, why
from pages import Page, Passage, Problem, difference
from scenes import Scene, Step, scenes
from terminal import Terminal, Terminals

QUIET = 0.1
AFTER_MISFIT = 1.0
BUILD = "build/release"


class Mismatch(Exception):
    """A step didn't go as shown. `actual` is None where the output isn't why."""

    def __init__(self, message: str, actual: Optional[list[str]] = None) -> None:
        super().__init__(message)
        self.actual = actual


class Player:
    """Plays the scenes of one page. With `accept`, what was printed is taken
    for what should be shown, and `passages` has the fences to rewrite."""

    def __init__(self, page: Page, terminals: Terminals, build: str, accept: bool) -> None:
        self._page = page
        self._terminals = terminals
        self._build = build
        self._accept = accept
        self._open_ended: set[str] = set()
        self._interrupted: set[str] = set()
        self._command: dict[str, str] = {}
        self.passages: list[Passage] = []

    def play(self, scene_: Scene) -> Optional[Problem]:
        """The first problem, if any; after that the page can't be played on."""
        lines: list[str] = []
        for step, following in zip(scene_.steps, [*scene_.steps[1:], None]):
            try:
                self._play_step(scene_, step, following)
                lines += step.typed + step.shown
            except Mismatch as mismatch:
                if not self._accept or mismatch.actual is None:
                    return self._problem(scene_, step, mismatch)
                self._terminals[scene_.terminal].take(len(mismatch.actual))
                lines += step.typed + mismatch.actual
        fence = scene_.fence
        wanted = [(fence.indent + line).rstrip() for line in lines]
        self.passages.append(Passage(fence.first_line, len(fence.lines), wanted, "the output"))
        return None

    def _play_step(self, scene_: Scene, step: Step, following: Optional[Step]) -> None:
        terminal = self._terminals[scene_.terminal]
        self._enter(scene_, step, terminal)
        shown = ([ANYTHING] if scene_.terminal in self._open_ended else []) + step.shown
        self._open_ended.discard(scene_.terminal)
        if step is scene_.silent_step or (following is None and not scene_.ends):
            self._until_it_rests(scene_, shown, terminal)
        elif following is None or following.kind == "command":
            self._until_it_ends(scene_, shown, terminal)
        else:
            self._until_shown(scene_, shown, terminal)
            if shown[-1:] == [ANYTHING]:
                self._open_ended.add(scene_.terminal)

    def _enter(self, scene_: Scene, step: Step, terminal: Terminal) -> None:
        """Makes the step's input."""
        name = scene_.terminal
        if step.kind == "command":
            self._end_previous(scene_, terminal)
            self._command[name] = step.text
            terminal.type_line(step.text.replace(BUILD + "/", self._build + "/"))
            return
        terminal.read(0)
        if terminal.at_prompt and (step.kind != "listen" or not terminal.lines()):
            raise Mismatch(f"no command is running here, when line {step.line} needs one")
        if step.kind == "type":
            terminal.type_line(step.text)
        elif step.kind == "key":
            self._interrupted.add(name)
            terminal.press(step.text)

    def _end_previous(self, scene_: Scene, terminal: Terminal) -> None:
        """A command is typed at the prompt, and no output before it goes unseen."""
        name = scene_.terminal
        try:
            self._until_it_ends(scene_, [ANYTHING] if name in self._open_ended else [], terminal)
        except Mismatch as mismatch:
            raise Mismatch(f"before the next command is typed: {mismatch}") from None
        self._open_ended.discard(name)
        self._interrupted.discard(name)

    def _until_it_ends(self, scene_: Scene, shown: list[str], terminal: Terminal) -> None:
        """Waits for the prompt; all that was printed must be as shown."""
        wait(terminal, scene_.deadline, lambda lines: terminal.at_prompt, shown)
        lines = terminal.lines()
        if scene_.terminal in self._interrupted and terminal.at_prompt and lines[-1:] == [""]:
            lines.pop()  # bash ends the line in which a reader sees ^C
        if not match(shown, lines).whole:
            raise Mismatch(why(shown, lines, scene_.deadline, terminal.at_prompt), lines)
        if not terminal.at_prompt:
            raise Mismatch(f"hasn't ended within {scene_.deadline:g} s; if the reader leaves it "
                           "running, say `keeps running` or show `^C`")
        terminal.take(len(terminal.lines()))

    def _until_shown(self, scene_: Scene, shown: list[str], terminal: Terminal) -> None:
        """Waits for the shown lines; what comes after them belongs to the next step."""
        wait(terminal, scene_.deadline, lambda lines: match(shown, lines).prefix is not None, shown)
        found = match(shown, terminal.lines())
        if found.prefix is None:
            lines = terminal.lines()
            raise Mismatch(why(shown, lines, scene_.deadline, terminal.at_prompt), lines)
        terminal.take(found.prefix)

    def _until_it_rests(self, scene_: Scene, shown: list[str], terminal: Terminal) -> None:
        """Waits for the shown lines, and that no other comes for a while."""
        wait(terminal, scene_.deadline, lambda lines: match(shown, lines).whole, shown)
        silence = scene_.silent or QUIET
        until = time.monotonic() + silence
        while match(shown, terminal.lines()).whole and time.monotonic() < until:
            terminal.read(until - time.monotonic())
        lines = terminal.lines()
        if not match(shown, lines).whole:
            silent = "" if not scene_.silent else f" (`silent for: {scene_.silent * 1000:g} ms`)"
            raise Mismatch(why(shown, lines, scene_.deadline, terminal.at_prompt) + silent, lines)
        if terminal.at_prompt:
            goes_on = f"line {scene_.goes_on_in} goes on with it" if scene_.goes_on_in else (
                "the page says that it runs on")
            raise Mismatch(f"has ended, but {goes_on}")
        terminal.take(len(lines))
        if shown[-1:] == [ANYTHING]:
            self._open_ended.add(scene_.terminal)

    def _problem(self, scene_: Scene, step: Step, mismatch: Mismatch) -> Problem:
        command = self._command.get(scene_.terminal, "no command yet")
        input_ = "" if step.kind in ("command", "listen") else f", after `{step.typed[0]}`"
        message = f"terminal {scene_.terminal}, `$ {command}`{input_}: {mismatch}"
        detail = ""
        if mismatch.actual is not None:
            detail = difference([masked(line) for line in step.shown],
                                [masked(line) for line in mismatch.actual], "shown", "printed")
        return self._page.problem(step.line, message, detail)


def wait(terminal: Terminal, seconds: float, done: Callable[[list[str]], bool],
         shown: list[str]) -> None:
    """Reads until `done`, the deadline, or a while after a line that can't fit.

    An unfinished last line counts once nothing more has come for a moment.
    """
    deadline = time.monotonic() + seconds
    complete = False
    while True:
        lines = terminal.lines()
        if terminal.last_line_is_open() and not complete:
            lines = lines[:-1]
        if done(lines):
            return
        if match(shown, lines).misfit is not None and deadline > time.monotonic() + AFTER_MISFIT:
            deadline = time.monotonic() + AFTER_MISFIT
        left = deadline - time.monotonic()
        if left <= 0 or (terminal.at_prompt and not terminal.read(0)):
            return
        complete = not terminal.read(min(left, QUIET))


def play(page: Page, build: str = BUILD, accept: bool = False
         ) -> tuple[list[Passage], list[Problem], int]:
    """Plays a page: what its fences should show, what is wrong, how many scenes."""
    found, problems = scenes(page)
    problems += missing_build(page, found, build)
    if problems or not found:
        return [], problems, len(found)
    with Terminals(page.root) as terminals:
        player = Player(page, terminals, build, accept)
        for scene_ in found:
            problem = player.play(scene_)
            if problem:
                return player.passages, [problem], len(found)
    return player.passages, [], len(found)


def missing_build(page: Page, found: list[Scene], build: str) -> Iterator[Problem]:
    """Says it once and plainly when a page runs programs that aren't built."""
    commands = [step for scene_ in found for step in scene_.steps if step.kind == "command"]
    for step in commands:
        if BUILD + "/" in step.text and not (page.root / Path(build)).is_dir():
            message = f"runs programs of {build}, which isn't there: build first, or name --build"
            yield page.problem(step.line, message)
            return


def taken_ports(page: Page) -> list[Problem]:
    """Ports 5000 to 5009 that the page's sessions name and someone else uses."""
    return [page.problem(fence.line, f"port {port} is in use on this machine; the page needs it")
            for fence in page.fences if fence.language == "console"
            for port in sorted(set(re.findall(r"\b500\d\b", "\n".join(fence.lines))))
            if not network.is_free(int(port))]
