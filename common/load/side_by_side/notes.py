"""What must be said below the tables: what is missing, what failed, and what not to believe."""
from __future__ import annotations

from typing import Callable, Iterable

from cells import Cell
from contestants import YARDSTICK
from results import Results

NOISY = 1.25  # a quarter of the yardstick's rounds must come as near as this to its lowest
STEAL = 0.05  # share of time that the host took from the server's core
FULL = 0.95  # share of the load's core in use


def noise(results: Results) -> list[str]:
    """Why which verdicts had better not be believed."""
    compared = [cell for cell in results.cells() if results.has(YARDSTICK, cell)]
    return (named("three quarters of the yardstick's rounds cost at least so many times its lowest",
                  {cell: results.luck(YARDSTICK, cell) for cell in compared}, NOISY)
            + named("the host took this share of the time from the server's core",
                    {cell: stolen(results, cell) for cell in compared}, STEAL)
            + cores(results))


def named(why: str, measured: dict[Cell, float], most: float) -> list[str]:
    """One line for all cells in which there is more of something than there may be."""
    found = [f"{cell.pretty} ({value:.2f})" for cell, value in measured.items() if value > most]
    return [f"too noisy for a verdict in {', '.join(found)}: {why}"] if found else []


def stolen(results: Results, cell: Cell) -> float:
    return max(results.counter(server, cell, "steal").median for server in results.servers(cell))


def cores(results: Results) -> list[str]:
    if "any" in (results.context.get("server_core"), results.context.get("load_core")):
        return ["too noisy for a verdict: server and load share one core"]
    if results.context.get("cores_share", "nothing") != "nothing":
        return ["noisy: server and load run on two threads of one physical core, and slow each "
                "other down"]
    return []


def full_core(results: Results) -> list[str]:
    cells = [cell for cell in results.cells() if is_full(results, cell)]
    if not cells:
        return []
    return [f"the load generator's own core was full in {listed(cells)}: messages/s and latencies "
            "are there its own limit for all but the slow servers"]


def is_full(results: Results, cell: Cell) -> bool:
    return any(results.counter(server, cell, "load_busy").median >= FULL
               for server in results.servers(cell))


def load_cost(results: Results) -> list[str]:
    cell = results.central()
    if cell is None or not results.has(YARDSTICK, cell):
        return []
    share = results.load_cost(YARDSTICK, cell).low / results.cost(YARDSTICK, cell).low
    return [f"the load generator itself takes {share:.2f} times the CPU of {YARDSTICK} "
            f"at {cell.pretty}"]


def not_run(results: Results) -> list[str]:
    """Grouped: the same contestant for the same reason is one line."""
    cells: dict[tuple[str, str], list[Cell]] = {}
    for cell in results.cells():
        for server, why in results.not_run(cell).items():
            cells.setdefault((server, why), []).append(cell)
    return [f"{server} is not in {listed(found)}: {why}"
            for (server, why), found in cells.items()]


def missing(results: Results) -> list[str]:
    return [f"{name} is not here: {why}"
            for name, why in results.context.get("missing", {}).items()]


def failed(results: Results) -> list[str]:
    """With the whole message; what failed in the same way is said once."""
    places: dict[str, list[str]] = {}
    for (server, cell, calls), why in results.failures().items():
        where = f"{server} failed in {cell.replace('x', '×')}"
        places.setdefault(why, []).append(where + " (system calls)" * calls)
    return [f"{', '.join(where)}: {why}" for why, where in places.items()]


def remarks(results: Results) -> list[str]:
    """What the command itself had to leave out, such as a pass for which a program is missing."""
    return list(results.context.get("remarks", []))


SUBJECTS: Iterable[Callable[[Results], list[str]]] = (
    not_run, missing, remarks, full_core, load_cost, noise, failed)


def of(results: Results) -> list[str]:
    return [note for subject in SUBJECTS for note in subject(results)]


def listed(cells: Iterable[Cell]) -> str:
    return ", ".join(cell.pretty for cell in cells)
