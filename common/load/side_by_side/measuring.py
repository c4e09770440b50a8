"""One measurement: one call of throughput_bench, with one server and one cell."""
from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contestants import Places
from rounds import Step
from stopping import Stop

LIMIT = 300.0  # seconds for one call; it gives up on a server long before that
LAST_LINES = 20


@dataclass
class Outcome:
    """What a call gave: one run in Google Benchmark's form, and the context of all runs."""

    run: dict[str, Any]
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def failure(self) -> str:
        return self.run["error_message"] if self.run.get("error_occurred") else ""


@dataclass
class Bench:
    """The program that measures."""

    program: Path
    places: Places
    seconds: float
    rounds: int
    stop: Stop
    limit: float = LIMIT

    def measure(self, step: Step) -> Outcome:
        """Raises stopping.Told; everything else that goes wrong is an outcome."""
        with tempfile.TemporaryDirectory(prefix="ladder-bench-") as folder:
            self.stop.folder = Path(folder)
            outcome = self._call(step, Path(folder))
        outcome.run["repetition_index"] = 0 if step.calls else step.round
        outcome.run["repetitions"] = 1 if step.calls else self.rounds
        return outcome

    def _call(self, step: Step, folder: Path) -> Outcome:
        errors = folder / "errors.txt"
        try:
            with errors.open("wb") as stderr, (folder / "out.txt").open("wb") as stdout:
                code = self.stop.run(self.command(step, folder / "run.json"), self.limit,
                                     stdout=stdout, stderr=stderr)
        except OSError as error:
            return failed(step, f"cannot start {self.program}: {error.strerror}")
        outcome = read(folder / "run.json")
        if outcome:
            return outcome
        said = "\n".join(errors.read_text(errors="replace").splitlines()[-LAST_LINES:])
        return failed(step, f"{self.program.name} {ending(code, self.limit)}"
                            + (f"\n--- its standard error ends:\n{said}" if said else ""))

    def command(self, step: Step, out: Path) -> list[str]:
        server = f"{step.contestant.name}={self.command_of(step)}"
        return [str(self.program), "--server", server, "--cell", step.cell.text,
                f"--benchmark_min_time={self.seconds:g}", f"--benchmark_out={out}",
                "--benchmark_out_format=json", *(["--system-calls"] if step.calls else [])]

    def command_of(self, step: Step) -> str:
        """The reader's own command is taken as it is: braces in it may mean something else."""
        command = step.contestant.command
        return self.places.fill(command) if step.contestant.shipped else command


def read(file: Path) -> Any:
    """The outcome in this JSON; None if there is none in it."""
    try:
        data = json.loads(file.read_text(encoding="utf-8", errors="replace"))
        runs = [run for run in data["benchmarks"]
                if run.get("run_type", "iteration") == "iteration"]
        return Outcome(runs[0], data["context"])
    except (OSError, ValueError, KeyError, IndexError):
        return None


def ending(code: Any, limit: float) -> str:
    if code is None:
        return f"did not end within {limit:g} s"
    return f"was ended by signal {-code}" if code < 0 else f"exited with {code} and wrote no result"


def failed(step: Step, message: str) -> Outcome:
    """A run with an error, in the form that Google Benchmark gives it."""
    name = f"{step.contestant.name}/{step.cell.text}" + (
        "/system_calls" if step.calls else "/real_time")
    return Outcome({"name": name, "run_name": name, "run_type": "iteration", "threads": 1,
                    "iterations": 0, "real_time": 0.0, "cpu_time": 0.0, "time_unit": "us",
                    "error_occurred": True, "error_message": message})
