"""The JSON of a run, in Google Benchmark's form, as far as the run has come."""
from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import notes
from benchmark_json import Benchmarks
from measuring import Outcome
from results import Results
from rounds import Step


def replace(file: Path, text: str) -> None:
    """Raises OSError, and leaves nothing beside the file."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        # A word of the command line may be no UTF-8.
        temporary.write_text(text, encoding="utf-8", errors="replace")
        temporary.replace(file)
    except OSError:
        if temporary.exists():
            temporary.unlink()
        raise


def in_lines(context: dict[str, Any], runs: list[dict[str, Any]]) -> str:
    """With a line for each run: thousands of them stand in such a file."""
    lines = ",\n".join(json.dumps(run, ensure_ascii=False) for run in runs)
    return (f'{{"context": {json.dumps(context, indent=1, ensure_ascii=False)},\n'
            f'"benchmarks": [\n{lines}\n]}}\n')


class Recording:
    """`context` is what this command adds to the context that throughput_bench gives."""

    def __init__(self, file: Path, context: dict[str, Any]) -> None:
        self.file = file
        self._added = context
        self._context: dict[str, Any] = {}
        self._runs: list[dict[str, Any]] = []
        self._failed: set[tuple[str, str]] = set()

    def add(self, step: Step, outcome: Outcome) -> None:
        self._context = self._context or outcome.context
        self._runs.append(outcome.run)
        if outcome.failure:
            self._failed.add(step.pair)

    def has_failed(self, step: Step) -> bool:
        """Whether this contestant has failed in this cell before: it isn't tried again."""
        return step.pair in self._failed

    @property
    def is_empty(self) -> bool:
        return not self._runs

    @property
    def any_failed(self) -> bool:
        return bool(self._failed)

    def write(self) -> None:
        """At once or not at all: whoever reads the file finds a whole one."""
        text = in_lines({**self._context, **self._added}, self._runs)
        try:
            replace(self.file, text)
        except OSError as error:
            elsewhere = Path(tempfile.mkdtemp(prefix="ladder-bench-results-")) / "results.json"
            print(f"ladder: cannot write {self.file}: {error.strerror}; the results go to "
                  f"{elsewhere}", file=sys.stderr)
            self.file = elsewhere
            replace(self.file, text)

    def conclude(self) -> Results:
        """Writes the end: with what is to be said of the machine's noise."""
        self.write()
        self._added["noise"] = notes.noise(self.results())
        self.write()
        return self.results()

    def results(self) -> Results:
        return Results(Benchmarks(self.file, repetitions=1))
