"""Whether the oracle would find a fault: builds a copy of the library with one fault
after the other, and says how many of the recorded programs it takes to find each.

    mutants.py BUILD [NAME ...]

BUILD is a folder for the copy and what is built there. By hand: each fault takes some
minutes. Exits with 1 if one is not found.
"""
from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

sys.path.insert(0, str(Path(__file__).resolve().parent))

import oracle
from features import EVERYTHING
from program import Program, text_of
from runners import Failure, Runner, Trace, complete_traces

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "06_tasks_futures/asyncio/"
TARGET = "06_tasks_futures.oracle.programs"


@dataclass
class Fault:
    file: str
    right: str
    wrong: str


# Those in headers last: all is built anew.
FAULTS = {
    "a cancel that finds no wait is lost": Fault(
        "task.cpp",
        "    rare_.set_message(message);\n    must_cancel_ = needs_preparing_ = true;\n", ""),
    "a child that fails cancels the others": Fault(
        "waiting/gather.cpp", "      return outer_.set_exception(std::move(failure));\n",
        "      cancel_children({});\n"
        "      return outer_.set_exception(std::move(failure));\n"),
    "uncancel leaves what is not thrown yet": Fault(
        "task.cpp", "if (cancelling_ > 0 && --cancelling_ == 0) must_cancel_ = false;",
        "if (cancelling_ > 0) --cancelling_;"),
    "a condition's waiter that is cancelled tells nobody": Fault(
        "sharing/condition.cpp", "  wake(1);", "  //"),
    "a timeout counts as a cancel for ever": Fault(
        "waiting/timeout.cpp", "task_->uncancel() <= cancelling_",
        "task_->cancelling() - 1 <= cancelling_"),
    "shield does not shield": Fault(
        "waiting/shield.hpp", "[callback](const Future<T>&) { callback->remove(); }",
        "[callback, inner](const Future<T>& done) {\n"
        "    if (done.cancelled()) inner.cancel();\n    callback->remove();\n  }"),
    "a getter that is cancelled loses the item's word": Fault(
        "sharing/queue.hpp",
        "      if (!empty() && getter.is_woken()) getters_.wake_next();\n", ""),
    "the last who is ready runs first": Fault(
        "runnable.hpp",
        "    last_ = &runnable;\n", "    if (!last_) last_ = &runnable;\n"),
    "a task starts at once": Fault(
        "task.hpp", "    this->retain();  // the loop's\n",
        "    this->retain();  // the loop's\n    run();\n"),
}


def copied(build: Path) -> Path:
    """The sources anew, where they have changed."""
    copy = build / "sources"
    ignored = shutil.ignore_patterns("build", ".git", "*_test.cpp", "__pycache__")
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(ROOT, copy, ignore=ignored)  # with their times
    return copy


def built(copy: Path, build: Path) -> Path:
    made = build / "made"
    quietly("cmake", "-S", str(copy), "-B", str(made), "-G", "Ninja", "-DBUILD_TESTING=OFF",
            "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0")
    quietly("cmake", "--build", str(made), "-j", "2", "--target", TARGET)
    return made / "06_tasks_futures/oracle/programs"


def quietly(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failure(done.stdout)


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise Failure(f"{path.name} has not once: {before}")
    path.write_text(text.replace(before, after), encoding="utf-8")


def first_found(runner: Path) -> Optional[int]:
    """The seed of the first program that does not do what was recorded."""
    lines = oracle.recorded_lines()
    for chunk in oracle.programs_from(1, len(lines), EVERYTHING):
        traces = traces_of(Runner("it", [str(runner)], 20.0), chunk)
        for program in chunk:
            trace = traces.get(program.seed, ["gone"])
            if lines[program.seed - 1] != oracle.recorded(program, trace):
                return program.seed
    return None


def traces_of(runner: Runner, programs: list[Program]) -> dict[int, Trace]:
    """At a first end that is no good there is nothing more to ask."""
    output, _ = runner.output_of("".join(map(text_of, programs)))
    return complete_traces(output)


def main(words: list[str]) -> int:
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    build, names = Path(words[0]), words[1:] or list(FAULTS)
    copy = copied(build)
    missed = 0
    if (seed := first_found(built(copy, build))) is not None:
        raise Failure(f"without a fault: seed {seed} differs")
    for name in names:
        fault = FAULTS[name]
        path = copy / LIBRARY / fault.file
        sound = path.read_text(encoding="utf-8")
        change(path, fault.right, fault.wrong)
        seed = first_found(built(copy, build))
        path.write_text(sound, encoding="utf-8")
        missed += seed is None
        print(f"{name}: " + ("not found" if seed is None else f"found by program {seed}"),
              flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(str(failure))
