"""Google Benchmark's JSON, as the tables, figures and plots read it.

A chapter's `measured/figures.py` gets a `Benchmarks` and asks it by name. Every
value is the median of the repetitions, with the lowest and the highest.
"""
from __future__ import annotations

import json
import re
import statistics
from pathlib import Path
from typing import Any, NamedTuple

from pages import BookError

# What a reader needs in order to judge a figure. `cpu`, `compiler` and
# `command` are custom context that our benchmarks add.
CONTEXT_KEYS = ("cpu", "num_cpus", "compiler", "date", "command")
MIN_REPETITIONS = 3
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}

# What Google Benchmark itself adds to a name, such as `/real_time`.
SUFFIX = re.compile(r"^(iterations|repeats|min_time|min_warmup_time|threads):|_time$")
NUMBER = re.compile(r"^(?:[\w ]+:)?(-?\d+(?:\.\d+)?)$")


class Measurement(NamedTuple):
    """The median of the repetitions, and how far they spread."""

    median: float
    low: float
    high: float


class Point(NamedTuple):
    """A point of a plot, with the ends of its error bar."""

    x: float
    y: float
    low: float
    high: float


class Benchmarks:
    """One committed JSON file. `repetitions` is how many a caption asks for."""

    def __init__(self, path: Path, repetitions: int = MIN_REPETITIONS) -> None:
        self.path = path
        self._wanted = repetitions
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            self.context: dict[str, Any] = data["context"]
            runs = data["benchmarks"]
        except (OSError, ValueError, KeyError) as error:
            raise BookError(f"{path.name} is no JSON of Google Benchmark: {error!r}") from None
        runs = [run for run in runs if run.get("run_type", "iteration") == "iteration"]
        self._runs = [run for run in runs if not run.get("error_occurred")]
        self._failed = [run for run in runs if run.get("error_occurred")]

    def failures(self) -> dict[str, str]:
        """What went wrong, by the names of the benchmarks that failed."""
        return {run.get("run_name", run["name"]): run["error_message"] for run in self._failed}

    def names(self, prefix: str = "") -> list[str]:
        """The benchmarks, in the order in which they ran; `a` covers `a/1`, not `ab`."""
        names = dict.fromkeys(run.get("run_name", run["name"]) for run in self._runs)
        return [name for name in names
                if not prefix or name == prefix or name.startswith(prefix.rstrip("/") + "/")]

    def time(self, name: str, clock: str = "real_time") -> Measurement:
        """In seconds. `clock` is "real_time" or "cpu_time"."""
        return measurement([run[clock] * SECONDS[run["time_unit"]] for run in self._of(name)])

    def counter(self, name: str, counter: str) -> Measurement:
        """A user counter, in the benchmark's own unit."""
        return measurement(self.values(name, counter))

    def values(self, name: str, counter: str) -> list[float]:
        """A user counter in each of the repetitions."""
        runs = self._of(name)
        for run in runs:
            if counter not in run:
                raise BookError(f"{name} in {self.path.name} has no counter `{counter}`")
        return [run[counter] for run in runs]

    def times(self, prefix: str, clock: str = "real_time") -> list[Point]:
        """The times of all benchmarks below `prefix`, over their last argument."""
        return self._points(prefix, lambda name: self.time(name, clock))

    def counters(self, prefix: str, counter: str) -> list[Point]:
        """A counter of all benchmarks below `prefix`, over their last argument."""
        return self._points(prefix, lambda name: self.counter(name, counter))

    def repetitions(self) -> int:
        """The least number of repetitions of any benchmark. Where others ran more often, those
        that were to run only once don't count: their values don't drift."""
        often = [name for name in self.names() if self._of(name)[0].get("repetitions") != 1]
        return min(map(self.runs, often or self.names()), default=0)

    def runs(self, name: str) -> int:
        """How often one benchmark was measured."""
        return len(self._of(name))

    def caption(self) -> str:
        """Machine, compiler, date, command and repetitions, in one line."""
        missing = [key for key in CONTEXT_KEYS if not self.context.get(key)]
        if missing:
            raise BookError(f"the context of {self.path.name} lacks {', '.join(missing)}")
        if self.repetitions() < self._wanted:
            raise BookError(f"{self.path.name} has {self.repetitions()} repetitions; a median "
                            f"needs {self._wanted}: --benchmark_repetitions=5, and not "
                            "--benchmark_report_aggregates_only")
        context = self.context
        return (f"{context['cpu']}, {context['num_cpus']} processors; {context['compiler']}; "
                f"{str(context['date'])[:10]}; median of {self.repetitions()} repetitions; "
                f"`{context['command']}`")

    def _points(self, prefix: str, measure: Any) -> list[Point]:
        names = self.names(prefix)
        if not names:
            raise BookError(self._unknown(prefix))
        return sorted(Point(last_argument(name), *measure(name)) for name in names)

    def _of(self, name: str) -> list[dict[str, Any]]:
        runs = [run for run in self._runs if run.get("run_name", run["name"]) == name]
        if not runs:
            raise BookError(self._unknown(name))
        return runs

    def _unknown(self, name: str) -> str:
        return f"{self.path.name} has no benchmark `{name}`; it has: {', '.join(self.names())}"


def measurement(values: list[float]) -> Measurement:
    return Measurement(statistics.median(values), min(values), max(values))


def last_argument(name: str) -> float:
    """100 of `select/epoll/idle:100/real_time`."""
    for part in reversed(name.split("/")[1:]):
        number = NUMBER.match(part)
        if number and not SUFFIX.search(part):
            return float(number[1])
    raise BookError(f"the benchmark `{name}` has no argument in its name")


# --- how values are written ----------------------------------------------------

def three_digits(value: float) -> str:
    """1.23, 12.3, 123, and 1,234 from there on."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def time(seconds: float) -> str:
    """With the unit in which it reads best: `12.3 µs`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(seconds) >= 0.9995 * size:
            return f"{three_digits(seconds / size)} {unit}"
    return f"{three_digits(seconds / 1e-9)} ns"


def count(value: float) -> str:
    """A number of things: `10,000`."""
    return f"{value:,.0f}"


def kib(size: float) -> str:
    """A number of bytes: `64.0 KiB`."""
    return f"{three_digits(size / 1024)} KiB"


def spread(measured: Measurement, write: Any = time) -> str:
    """The median, and the lowest and highest: `12.3 µs (11.9 µs to 13.0 µs)`."""
    return f"{write(measured.median)} ({write(measured.low)} to {write(measured.high)})"
