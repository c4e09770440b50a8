"""What the tests share: a project in a temporary folder, with contestants of its own and a fake
throughput_bench; and results without any run."""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Sequence

import fake_throughput_bench as fake
from contestants import YARDSTICK
from results import Benchmarks, Results

HERE = Path(__file__).resolve().parent


def contestant(name: str, command: str, **more: Any) -> dict:
    return {"name": name, "what": f"server {name}", "command": command + " {port}", **more}


def run_of(name: str, cell: str, index: int = 0, calls: bool = False, **values: Any) -> dict:
    """One run as it stands in results.json."""
    run = fake.run_of(name, f"cost={values.pop('cost', 1000)}", cell, calls)
    return {**run, "repetition_index": index, "repetitions": 1 if calls else 5, **values}


class BenchTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.out = self.root / "build/bench"
        program = self.write("build/release/common/load/throughput_bench",
                             f'#!/bin/sh\nexec "{sys.executable}" -B '
                             f'"{HERE}/fake_throughput_bench.py" "$@"\n')
        program.chmod(0o755)
        self.enter([contestant("a", "cost=3000"), contestant("b", "cost=2000")])

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def enter(self, ours: Sequence[dict], peers: Sequence[dict] = ()) -> None:
        """Makes these the contestants; the yardstick is always among the peers."""
        yardstick = contestant(YARDSTICK, "cost=1000")
        self.write("contestants.json", json.dumps(ours))
        self.write("common/load/peers/contestants.json", json.dumps([yardstick, *peers]))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-B", str(HERE / "main.py"), "--source", str(self.root),
                "--build", str(self.root / "build/release"), "--folder", str(self.root),
                *arguments]

    def bench(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(self.command(*arguments), capture_output=True, text=True,
                              encoding="utf-8", env={"PATH": "/usr/bin:/bin",
                                                     "PYTHONIOENCODING": "utf-8"})

    def written(self) -> dict:
        return json.loads((self.out / "results.json").read_text(encoding="utf-8"))

    def results(self, runs: Sequence[dict], **context: Any) -> Results:
        data = {"context": {**fake.CONTEXT, **context}, "benchmarks": list(runs)}
        return Results(Benchmarks(self.write("some.json", json.dumps(data)), repetitions=1))
