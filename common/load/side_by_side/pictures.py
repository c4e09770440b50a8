"""What the plots of a run show: bars of cost, cost beside idle connections, latency.

For the files of a run and, with the paths that figures.py names, for the pages.
"""
from __future__ import annotations

from pathlib import Path
from typing import Callable, Sequence

import cells
from bars import Bar, Bars
from benchmark_json import Benchmarks, Measurement, Point, time
from cells import Cell
from contestants import YARDSTICK, YOURS
from pages import BookError
from plots import Picture, Plot, Series, draw_into
from results import Results

MOST_LINES = 6  # that can be told apart
PERCENTILES = {"p50": "p50_us", "p90": "p90_us", "p99": "p99_us", "p99.9": "p999_us",
               "max": "max_us"}
BOOK, OTHERS, READER = "this book", "others", "yours"
COLOURS = {BOOK: "line1", READER: "line2", OTHERS: "muted"}


def group(server: str) -> str:
    """The chapters' servers begin with the chapter's number."""
    return READER if server == YOURS else BOOK if server[0].isdigit() else OTHERS


def cost_bars(cell: Cell) -> Callable[[Benchmarks], Sequence[Bar]]:
    def bars(benchmarks: Benchmarks) -> Sequence[Bar]:
        results = Results(benchmarks)
        return [Bar(server, results.cost(server, cell), group(server),
                    remark(results, server, cell)) for server in results.servers(cell)]
    return bars


def remark(results: Results, server: str, cell: Cell) -> str:
    ratio = results.ratio(server, cell)
    return f"{ratio:.2f} ×" if ratio and server != YARDSTICK else ""


def to_draw(servers: Sequence[str]) -> list[str]:
    """At most six: the reader's, the yardstick, the chapters, the last ones first, then variants,
    the first ones first, then others. In the order of their names, so that colours stay."""
    def importance(server: str) -> tuple:
        chapter = int(server[:2]) if server[:2].isdigit() else 0
        return (server != YOURS, server != YARDSTICK, not chapter, "/" in server,
                0 if "/" in server else -chapter, server)
    return sorted(sorted(servers, key=importance)[:MOST_LINES])


def idle_lines(benchmarks: Benchmarks) -> Series:
    results = Results(benchmarks)
    series = [cell for cell in results.cells()
              if cell.idle and (cell.connections, cell.size, cell.depth) == (1, 64, 1)]
    if len(series) < 2:
        raise BookError("it is drawn of two or more cells such as 1×64×1+10")
    servers = to_draw(list(dict.fromkeys(server for cell in series
                                         for server in results.servers(cell))))
    return {server: [Point(cell.idle, *results.cost(server, cell)) for cell in series
                     if results.has(server, cell)] for server in servers}


def latency_lines(cell: Cell) -> Callable[[Benchmarks], Series]:
    def lines(benchmarks: Benchmarks) -> Series:
        results = Results(benchmarks)
        return {server: [Point(x, *seconds(results.counter(server, cell, counter)))
                         for x, counter in enumerate(PERCENTILES.values())]
                for server in to_draw(results.servers(cell))}
    return lines


def seconds(microseconds: Measurement) -> Measurement:
    return Measurement(*(1e-6 * value for value in microseconds))


def pictures(json: str, folder: str, cell: Cell = cells.CENTRAL) -> dict[str, Picture]:
    """The three plots; both paths are seen from the folder of figures.py."""
    return {
        "bars": Bars(
            json=json, out=f"{folder}/bars.svg",
            title=f"What a message costs the server, at {cell.pretty}",
            xlabel="server's CPU for a message", groups=COLOURS, xformat=time, bars=cost_bars(cell),
            reference=YARDSTICK),
        "idle": Plot(
            json=json, out=f"{folder}/idle.svg",
            title="One round trip, beside clients that say nothing",
            xlabel="idle connections", ylabel="server's CPU for a round trip of 64 bytes",
            yformat=time, logx=True, logy=True, series=idle_lines),
        "latency": Plot(
            json=json, out=f"{folder}/latency.svg",
            title=f"How long a message takes, at {cell.pretty}",
            xlabel="percentile of the messages",
            ylabel="from sending to the whole answer", yformat=time, logy=True,
            xnames=list(PERCENTILES), series=latency_lines(cell))}


def draw(results: Results, folder: Path) -> list[str]:
    """Draws what can be drawn; says in a line each why something can't."""
    central = results.central()
    problems = []
    for picture in pictures("", ".", central).values() if central else ():
        out = folder / picture.out
        out.unlink(missing_ok=True)  # that of an earlier run would mislead
        try:
            draw_into(out, picture, results.benchmarks)
        except BookError as error:
            problems.append(f"no {out.name}: {error}")
    return without_repeats(problems)


def without_repeats(problems: Sequence[str]) -> list[str]:
    """Without matplotlib all plots fail for one reason, which is said once."""
    reasons: dict[str, list[str]] = {}
    for problem in problems:
        name, _, reason = problem.partition(": ")
        reasons.setdefault(reason, []).append(name.removeprefix("no "))
    return [f"no {', '.join(names)}: {reason}" for reason, names in reasons.items()]
