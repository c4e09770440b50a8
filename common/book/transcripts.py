"""Shell sessions on a page are run, and must print what the page shows.

A `console` fence is a scene in a terminal; the terminals live as long as the
page, so that a server started in one is there for the clients in others.
In a scene, `$ ` begins a command, `> ` a line typed into the running program,
`^C` and `^D` are keys, `...` stands for any number of lines, and every other
line is expected output. Nothing sleeps: each step waits for the lines that the
page shows next, until a deadline.
"""
from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator, Optional

import network
from masks import masked
from pages import BookError, Fence, Page, Passage, Problem, difference
from terminal import KEYS, Terminal, Terminals

DEADLINE = 20.0
QUIET = 0.1
AFTER_MISFIT = 1.0
ANYTHING = "..."
BUILD = "build/release"

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


class Mismatch(Exception):
    """A step didn't go as shown. `actual` is None where the output isn't why."""

    def __init__(self, message: str, actual: Optional[list[str]] = None) -> None:
        super().__init__(message)
        self.actual = actual


# --- reading -----------------------------------------------------------------

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


# --- comparing ---------------------------------------------------------------

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


# --- running -----------------------------------------------------------------

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


def why(shown: list[str], lines: list[str], seconds: float, ended: bool) -> str:
    """In one sentence, why the lines aren't those shown."""
    misfit = match(shown, lines).misfit
    if misfit is not None:
        return f"the output differs: `{lines[misfit]}` isn't shown there"
    after_ = "before it ended" if ended else f"within {seconds:g} s"
    return f"not all of the shown output has come {after_}"


# --- the check ---------------------------------------------------------------

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
