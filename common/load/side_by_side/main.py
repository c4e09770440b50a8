#!/usr/bin/env python3
"""`./ladder bench`: measures all contestants in all cells, and shows what came of it.

Exit code: 0, 1 if a measurement failed, 2 for wrong usage, 130 after Ctrl-C.
"""
from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import time
from argparse import Namespace
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional, Sequence

sys.dont_write_bytecode = True  # no __pycache__ beside the sources

import cells
import contestants
import options as command_line
import rounds
import show
from cells import Cell
from contestants import YARDSTICK, YOURS, Contestant, Places
from measuring import Bench, Outcome
from options import WrongUsage
from progress import Progress
from recording import Recording
from rounds import Reasons, Step
from stopping import Stop, Told


@dataclass
class Plan:
    """Who is measured where, and what had to be left out."""

    contestants: list[Contestant]
    cells: list[Cell]
    missing: dict[str, str]
    not_run: Reasons
    remarks: list[str] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    stop = Stop().listen()
    for name in ("stdout", "stderr"):  # None if the reader has closed it
        setattr(sys, name, getattr(sys, name) or open(os.devnull, "w", encoding="utf-8"))
    try:
        options = command_line.parse(arguments)
        chosen = choose(options)
    except (WrongUsage, ValueError) as error:
        print(f"ladder: bench: {error}", file=sys.stderr)
        return 2
    places = Places(options.build, options.source)
    if options.list:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as `| head` expects
        show.contestants_and_cells(contestants.read(options.source), places)
    elif options.packages:
        print(*packages(chosen, places), sep="\n")
    elif not options.check:
        return run(options, chosen, places, stop)
    return 0


def choose(options: Namespace) -> list[Contestant]:
    everybody = contestants.read(options.source)
    if options.yours:
        everybody.append(contestants.reader_s(options.yours, options.folder))
    return contestants.chosen(everybody, options.only, options.peers)


def packages(chosen: Sequence[Contestant], places: Places) -> list[str]:
    return sorted({package for contestant in chosen if contestants.why_missing(contestant, places)
                   for package in contestant.packages})


# --- a run --------------------------------------------------------------------------------

def run(options: Namespace, chosen: Sequence[Contestant], places: Places, stop: Stop) -> int:
    program = options.build / "common/load/throughput_bench"
    plan = make_plan(options, chosen, places)
    obstacle = why_not(options, plan, program)
    if obstacle:
        print(f"ladder: bench: {obstacle}", file=sys.stderr)
        return 1
    say_beginning(options, plan)
    recording = Recording(options.out.resolve() / "results.json", context(options, plan, places))
    bench = Bench(program.resolve(), places, options.seconds, options.rounds, stop)
    steps = all_steps(options, plan)
    if not steps:
        for (name, cell), why in plan.not_run.items():
            print(f"ladder: {name} can't be measured in {cell}: {why}", file=sys.stderr)
        return 1
    progress = Progress(steps, options.rounds, sys.stderr, planned_for(options.seconds))
    measure_all(steps, bench.measure, recording, progress, time.monotonic)
    conclude(recording, options)
    return stop.exit_code or int(recording.any_failed)


def why_not(options: Namespace, plan: Plan, program: Path) -> str:
    """What makes a run impossible; empty if nothing does."""
    if not program.exists():
        return f"there is no {program}, which ./ladder bench builds"
    if YARDSTICK in plan.missing:
        return f"{YARDSTICK} {plan.missing[YARDSTICK]}, which ./ladder bench builds"
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"can't write to {options.out}: {error.strerror}"
    return ""


def make_plan(options: Namespace, chosen: Sequence[Contestant], places: Places) -> Plan:
    why = {contestant.name: contestants.why_missing(contestant, places) for contestant in chosen}
    here = [contestant for contestant in chosen if not why[contestant.name]]
    _, descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        descriptors = sys.maxsize
    plan = Plan(here, options.cells, {name: reason for name, reason in why.items() if reason},
                rounds.not_run(options.cells, here, descriptors))
    if not options.no_system_calls and not shutil.which("strace"):
        plan.remarks.append("system calls are not counted: that needs strace")
    return plan


def all_steps(options: Namespace, plan: Plan) -> list[Step]:
    steps = rounds.plan(plan.cells, plan.contestants, options.rounds, plan.not_run)
    if options.no_system_calls or plan.remarks:
        return steps
    # Thousands of threads or processes take strace minutes: those cells the reader must name.
    counted = ([cells.central(plan.cells)] if options.quick else
               [cell for cell in plan.cells if options.cells_named or not cell.idle])
    return steps + rounds.calls_pass(counted, plan.contestants, options.rounds, plan.not_run)


def say_beginning(options: Namespace, plan: Plan) -> None:
    """What the reader didn't ask for, and gets all the same."""
    if options.only and YARDSTICK not in options.only:
        print(f"ladder: {YARDSTICK} is measured along: it is what the others are compared with",
              file=sys.stderr)
    for name, why in plan.missing.items():
        print(f"ladder: {name} is skipped: it {why}", file=sys.stderr)


def context(options: Namespace, plan: Plan, places: Places) -> dict:
    return {"command": options.typed, "cells": [cell.text for cell in plan.cells],
            "rounds": options.rounds, "seconds": options.seconds,
            "versions": versions(plan.contestants, places), "missing": plan.missing,
            "not_run": [[name, cell, why] for (name, cell), why in plan.not_run.items()],
            "remarks": plan.remarks}


def versions(chosen: Sequence[Contestant], places: Places) -> dict[str, str]:
    return {contestant.name: contestants.version(contestant, places) for contestant in chosen
            if contestant.version}


def planned_for(seconds: float) -> Callable[[Step], float]:
    """How long a step may take, before one of its kind was measured: Google Benchmark warms up for
    about as long as it measures; a connection takes about 0.2 ms, a count runs twice."""
    def planned(step: Step) -> float:
        connecting = 2e-4 * step.cell.open
        return 2 * (1 + connecting) if step.calls else 0.3 + 2.2 * seconds + connecting
    return planned


def measure_all(steps: Sequence[Step], measure: Callable[[Step], Outcome], recording: Recording,
                progress: Progress, clock: Callable[[], float]) -> None:
    """All steps, or as many as the reader lets us; what is recorded is written after each round."""
    round_number: Optional[int] = None
    try:
        for step in steps:
            if step.round != round_number and not recording.is_empty:
                recording.write()
            round_number = step.round
            if recording.has_failed(step):
                progress.skip(step)
                continue
            begin = clock()
            progress.begin(step)
            recording.add(step, measure(step))
            progress.end(step, clock() - begin)
    except Told:
        pass
    finally:
        progress.wipe()


def conclude(recording: Recording, options: Namespace) -> None:
    if recording.is_empty:
        print("ladder: nothing was measured", file=sys.stderr)
        return
    results = recording.conclude()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    show.everything(results, sys.stdout)
    show.files(results, recording.file, options.folder, sys.stdout)
    if options.yours:
        show.verdict(results, YOURS, sys.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
