"""Rows of text, made of results: for a terminal, and for the tables of the pages."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Sequence

from benchmark_json import count, three_digits
from cells import Cell
from results import Results

NONE = "–"
Rows = list[list[str]]


@dataclass(frozen=True)
class Table:
    """Heading lines, then rows. `groups` stand above the headings; equal neighbours are one."""

    groups: Sequence[str]
    headings: Sequence[Sequence[str]]
    rows: Rows


@dataclass(frozen=True)
class Column:
    group: str
    title: str
    write: Callable[[Results, str, Cell], str]
    fits: Callable[[Cell], bool] = lambda cell: True


def median_of(counter: str, write: Callable[[float], str] = three_digits, size: float = 1
              ) -> Callable[[Results, str, Cell], str]:
    return lambda results, server, cell: write(
        results.counter(server, cell, counter).median / size)


def cost(which: str) -> Callable[[Results, str, Cell], str]:
    return lambda results, server, cell: three_digits(
        1e6 * getattr(results.cost(server, cell), which))


def rank(results: Results, server: str, cell: Cell) -> str:
    first, last = results.ranked(cell)[server]
    return str(first) if first == last else f"{first}–{last}"


def ratio(results: Results, server: str, cell: Cell) -> str:
    value = results.ratio(server, cell)
    return NONE if value is None else f"{value:,.2f}"


def calls(results: Results, server: str, cell: Cell) -> str:
    if results.failure(server, cell, calls=True):
        return "failed"
    value = results.system_calls(server, cell)
    return NONE if value is None else three_digits(value)


CPU, LATENCY, EACH, IDLE = "CPU a message, µs", "latency, µs", "a message", "idle"
COLUMNS = [
    Column("", "rank", rank),
    Column("", "server", lambda results, server, cell: server),
    Column(CPU, "×epoll", ratio),
    Column(CPU, "lowest", cost("low")),
    Column(CPU, "median", cost("median")),
    Column(CPU, "highest", cost("high")),
    Column("", "messages/s", median_of("items_per_second", count)),
    Column("", "MiB/s", median_of("bytes_per_second", size=2**20),
           lambda cell: not cell.idle and not cell.is_churn),
    Column(LATENCY, "p50", median_of("p50_us")),
    Column(LATENCY, "p90", median_of("p90_us")),
    Column(LATENCY, "p99", median_of("p99_us")),
    Column(LATENCY, "p99.9", median_of("p999_us")),
    Column(LATENCY, "max", lambda results, server, cell: count(
        results.counter(server, cell, "max_us").high)),
    Column(EACH, "sleeps", median_of("server_sleeps"), lambda cell: not cell.is_churn),
    Column(EACH, "calls", calls),
    Column(IDLE, "KiB", median_of("bytes_per_idle", size=2**10), lambda cell: cell.idle > 0),
]


def of_cell(results: Results, cell: Cell) -> Table:
    """Everybody in one cell, cheapest first; then those who failed, then those who can't."""
    columns = [column for column in COLUMNS if column.fits(cell)]
    rows = [[column.write(results, server, cell) for column in columns]
            for server in results.servers(cell)]
    failed = [server for server in results.everybody() if results.failure(server, cell)]
    for server, word in [*((server, "failed") for server in failed),
                         *((server, NONE) for server in results.not_run(cell))]:
        rows.append([NONE, server, word] + [NONE] * (len(columns) - 3))
    return Table([column.group for column in columns], [[column.title for column in columns]], rows)


def share(results: Results, server: str, cell: Cell) -> str:
    """What stands for a contestant in one cell of the matrix."""
    return "failed" if results.failure(server, cell) else ratio(results, server, cell)


def matrix_rows(results: Results) -> Rows:
    return [[server, *(share(results, server, cell) for cell in results.cells())]
            for server in everybody(results)]


def everybody(results: Results) -> list[str]:
    """Also those who could not be run anywhere."""
    absent = [server for cell in results.cells() for server in results.not_run(cell)]
    return list(dict.fromkeys([*results.everybody(), *absent]))


def matrix(results: Results) -> Table:
    """For a terminal: a cell's four numbers below one another, so that columns stay narrow."""
    shown = results.cells()
    lines = [("connections", lambda cell: str(cell.connections)),
             ("bytes", lambda cell: str(cell.size)),
             ("in flight", lambda cell: str(cell.depth)),
             ("idle", lambda cell: str(cell.idle or ""))]
    headings = [[title, *("churn" * (title == "connections") if cell.is_churn else write(cell)
                          for cell in shown)] for title, write in lines]
    return Table([""] * (1 + len(shown)), headings, matrix_rows(results))


# --- for the pages: rows with the heading first -------------------------------------------

def cells_table(results: Results) -> Rows:
    return [["server", *(cell.pretty for cell in results.cells())], *matrix_rows(results)]


def ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def verdict(results: Results, server: str) -> Optional[str]:
    """`yours: 9th of 9 at 50×1024×1, 3.1 times the CPU of epoll in C`."""
    cell = next((cell for cell in [results.central(), *results.cells()]
                 if cell and results.has(server, cell)), None)
    if cell is None:
        return None
    first, last = results.ranked(cell)[server]
    place = ordinal(first) if first == last else f"{ordinal(first)} to {ordinal(last)}"
    times = results.ratio(server, cell)
    compared = f", {times:.1f} times the CPU of epoll in C" if times else ""
    return f"{server}: {place} of {len(results.servers(cell))} at {cell.pretty}{compared}"
