"""Stands for throughput_bench in the tests: the same command line, JSON of the same form, values
that can be told in advance.

What it does besides is said by the server's command: `cost=N` (nanoseconds), `fail`, `crash`. In
the cell FAKE_HANGS_IN (environment) it starts a child, writes both pids into the pipe FAKE_TELLS,
at which a test waits, and stays until a signal comes; with FAKE_IS_STUBBORN, SIGTERM makes it write
into the pipe once more, and no more than that.
"""
from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys

CONTEXT = {"date": "2025-11-21T10:00:00", "cpu": "A CPU", "num_cpus": 2, "kernel": "Linux 6",
           "compiler": "g++ 12", "command": "throughput_bench", "server_core": "0",
           "load_core": "1"}


def counters(command: str, cell: str) -> dict:
    cost = float((re.search(r"cost=(\d+)", command) or [0, 1000])[1])
    idle = {"bytes_per_idle": 2048.0, "connect_us": 30.0} if "+" in cell else {}
    return {"items_per_second": 1e9 / cost, "bytes_per_second": 64e9 / cost, "p50_us": 10.0,
            "p90_us": 20.0, "p99_us": 30.0, "p999_us": 40.0, "max_us": 50.0,
            "server_cpu_ns": cost, "server_sleeps": 0.5, "load_busy": 0.4, "steal": 0.0, **idle}


def run_of(name: str, command: str, cell: str, calls: bool) -> dict:
    full = f"{name}/{cell}/" + ("system_calls" if calls else "real_time")
    run = {"name": full, "run_name": full, "run_type": "iteration", "repetitions": 1,
           "repetition_index": 0, "threads": 1, "iterations": 1000, "real_time": 20.0,
           "cpu_time": 0.5, "time_unit": "us"}
    if "fail" in command:
        return {**run, "error_occurred": True,
                "error_message": "the server exited with 1\n--- its standard error ends:\nno luck"}
    return {**run, **({"system_calls": 2.1} if calls else counters(command, cell))}


def hang(pipe: str) -> None:
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: (child.kill(), child.wait(), os._exit(143)))
    if "FAKE_IS_STUBBORN" in os.environ:
        signal.signal(signal.SIGTERM, lambda *_: tell(pipe, "SIGTERM"))
    tell(pipe, os.getpid(), child.pid)
    while True:
        signal.pause()


def tell(pipe: str, *words: object) -> None:
    with open(pipe, "w", encoding="utf-8") as told:
        print(*words, file=told)


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for option in ("--server", "--cell", "--benchmark_min_time", "--benchmark_out",
                   "--benchmark_out_format"):
        parser.add_argument(option, required=True)
    parser.add_argument("--system-calls", action="store_true")
    options = parser.parse_args()
    name, _, command = options.server.partition("=")
    if "{port}" not in command:
        print(f"'{options.server}' is not NAME=COMMAND with {{port}} in it", file=sys.stderr)
        return 2
    if "crash" in command:
        print("terminate called after throwing", file=sys.stderr)
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    if options.cell == os.environ.get("FAKE_HANGS_IN"):
        hang(os.environ["FAKE_TELLS"])
    run = run_of(name, command, options.cell, options.system_calls)
    with open(options.benchmark_out, "w", encoding="utf-8") as out:
        json.dump({"context": CONTEXT, "benchmarks": [run]}, out)
    return int("error_message" in run)


if __name__ == "__main__":
    sys.exit(main())
