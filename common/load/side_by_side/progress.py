"""What is measured now, how far it is, and how long it will take: on a terminal one line that is
drawn again and again, elsewhere one line for each cell and round."""
from __future__ import annotations

import shutil
from typing import Any, Callable, Sequence

from rounds import Step
from text import fitting

BAR = 20
Kind = tuple[str, str, bool]  # steps of one kind take about the same time


def kind(step: Step) -> Kind:
    return (*step.pair, step.calls)


class Forecast:
    """How many seconds are left. A kind of step that has been measured takes what it took, on the
    average; any other what was planned."""

    def __init__(self, steps: Sequence[Step], planned: Callable[[Step], float]) -> None:
        self._left = list(steps)
        self._planned = planned
        self._taken: dict[Kind, list[float]] = {}

    def done(self, step: Step, seconds: float) -> None:
        self.skipped(step)
        self._taken.setdefault(kind(step), []).append(seconds)

    def skipped(self, step: Step) -> None:
        self._left.remove(step)

    def seconds(self) -> float:
        return sum(map(self._expected, self._left))

    def _expected(self, step: Step) -> float:
        taken = self._taken.get(kind(step))
        return sum(taken) / len(taken) if taken else self._planned(step)


class Progress:
    def __init__(self, steps: Sequence[Step], rounds: int, stream: Any,
                 planned: Callable[[Step], float], width: int = 0) -> None:
        self._forecast = Forecast(steps, planned)
        self._count, self._rounds = len(steps), rounds
        self._done, self._place = 0, None
        self._stream, self._width = stream, width
        self._redraws = stream.isatty()

    def begin(self, step: Step) -> None:
        if self._redraws:
            self._draw(step)
        elif self._place != (step.round, step.cell):
            self._place = (step.round, step.cell)
            print(fitting(f"{self._where(step)}, {self._time_left()}", self._stream),
                  file=self._stream, flush=True)

    def end(self, step: Step, seconds: float) -> None:
        self._done += 1
        self._forecast.done(step, seconds)

    def skip(self, step: Step) -> None:
        self._done += 1
        self._forecast.skipped(step)

    def wipe(self) -> None:
        if self._redraws:
            print("\r\033[K", end="", file=self._stream, flush=True)

    def _draw(self, step: Step) -> None:
        full = BAR * self._done // self._count
        bar = "━" * full + "·" * (BAR - full)
        line = (f"{bar} {100 * self._done // self._count:3} %  {self._time_left()}  "
                f"{self._where(step)}, {step.contestant.name}")
        width = self._width or shutil.get_terminal_size().columns
        print("\r\033[K" + fitting(line, self._stream)[:width - 1], end="", file=self._stream,
              flush=True)

    def _where(self, step: Step) -> str:
        which = "system calls" if step.calls else f"round {step.round + 1} of {self._rounds}"
        return f"{which}, {step.cell.pretty}"

    def _time_left(self) -> str:
        return f"{duration(self._forecast.seconds())} left"


def duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"
