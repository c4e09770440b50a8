"""Whoever runs programs: Python's interpreter.py, or ours, in a process of its own that
takes many programs and gives as many traces."""
from __future__ import annotations

import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable

from program import Program, text_of

SECONDS = 60.0  # for a process to end

Trace = list[str]
WELL = "has exited with 0"


class Failure(Exception):
    """What is wrong, for the one who gave the command."""


class Runner:
    def __init__(self, name: str, command: list[str], seconds: float = SECONDS):
        self.name = name
        self.command = command
        self.seconds = seconds

    def traces(self, programs: list[Program]) -> dict[int, Trace]:
        """By seed. The trace of a program that has ended the process ends by saying so."""
        traces: dict[int, Trace] = {}
        left = programs
        while left:
            output, end = self.output_of("".join(map(text_of, left)))
            traces.update(complete_traces(output))
            asked = left
            left = [program for program in asked if program.seed not in traces]
            if left:
                traces[left[0].seed] = last_lines(output) + [end]
                left = left[1:]
            elif end != WELL:
                raise Failure(f"{self.name}, with seeds {asked[0].seed} to {asked[-1].seed}: {end}")
        return traces

    def output_of(self, text: str) -> tuple[list[str], str]:
        """The lines, and how the process has ended, with what it says on stderr."""
        process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        try:
            output, errors = process.communicate(text, self.seconds)
            end = how_it_ended(process.returncode)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            end = f"has not ended within {self.seconds:g} s"
        return output.splitlines(), "\n".join([end, *errors.splitlines()])


def how_it_ended(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"has exited with {status}"


def complete_traces(lines: list[str]) -> dict[int, Trace]:
    traces = {}
    begin = 0
    for place, line in enumerate(lines):
        if line.startswith("trace "):
            begin = place
        elif line == "end":
            traces[int(lines[begin].split()[1])] = lines[begin + 1:place]
    return traces


def last_lines(lines: list[str]) -> Trace:
    """Those of the trace that has no end."""
    ends = [place for place, line in enumerate(lines) if line == "end"]
    return lines[ends[-1] + 2 if ends else 1:]


def side_by_side(runners: Iterable[Runner], programs: list[Program]) -> list[dict[int, Trace]]:
    with ThreadPoolExecutor() as threads:
        return list(threads.map(lambda runner: runner.traces(programs), runners))


def python_runner(python: str) -> Runner:
    interpreter = Path(__file__).resolve().with_name("interpreter.py")
    return Runner(python, [python, "-B", str(interpreter)])


def version_of(python: str) -> tuple[int, ...]:
    """Of that interpreter, as in sys.version_info[:3]."""
    code = "import sys; print(*sys.version_info[:3])"
    output = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    return tuple(map(int, output.stdout.split()))
