"""Tables and plots of the run that compares all servers, and what chapters take of it."""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "common/load/side_by_side"))

import cells
import contestants
import tables as side_by_side
from benchmark_json import count, kib, spread, three_digits, time
from pictures import pictures
from results import Results

HELD = cells.parse("1x64x1+10000")  # where the memory of an idle connection is taken
NONE = side_by_side.NONE


def microseconds(value):
    return time(value * 1e-6)


def system_calls(results, server, cell):
    calls = results.system_calls(server, cell)
    return NONE if calls is None else three_digits(calls)


def held(results, server):
    if not results.has(server, HELD):
        return NONE
    return kib(results.counter(server, HELD, "bytes_per_idle").median)


def cost(benchmarks):
    """Everybody at 50×1024×1, cheapest first; at the end those who can't hold that."""
    results, cell = Results(benchmarks), cells.CENTRAL
    able = results.servers(cell)
    what = {one.name: one.what for one in contestants.read(ROOT)}
    rows = [["server", "what it is", "CPU for a message", "times epoll in C", "messages a second",
             "p99", "system calls a message", "memory of an idle connection"]]
    for server in able:
        rows.append([server, what[server], spread(results.cost(server, cell)),
                     side_by_side.ratio(results, server, cell),
                     count(results.counter(server, cell, "items_per_second").median),
                     microseconds(results.counter(server, cell, "p99_us").median),
                     system_calls(results, server, cell), held(results, server)])
    unable = [server for server in side_by_side.everybody(results) if server not in able]
    return rows + [[server, what[server], *[NONE] * 6] for server in unable]


def all_cells(benchmarks):
    return side_by_side.cells_table(Results(benchmarks))


def idle_of(servers, idle=(100, 1_000, 10_000)):
    """One row for each of these servers and numbers of idle connections that it can hold."""
    def table(benchmarks):
        results = Results(benchmarks)
        rows = [["server", "idle clients", "memory each", "connect and first answer",
                 "sleeps a round trip", "round trip beside them", "server's CPU for it"]]
        for server, name in servers.items():
            rows += [idle_row(results, server, name, n) for n in idle
                     if results.has(server, cells.parse(f"1x64x1+{n}"))]
        return rows
    return table


def idle_row(results, server, name, n):
    cell = cells.parse(f"1x64x1+{n}")

    def median(counter):
        return results.counter(server, cell, counter).median
    return [name, count(n), kib(median("bytes_per_idle")), microseconds(median("connect_us")),
            three_digits(median("server_sleeps")), spread(results.round_trip(server, cell)),
            spread(results.cost(server, cell))]


def total_memory(server):
    """Of 10,000 idle clients."""
    def memory(benchmarks):
        each = Results(benchmarks).counter(server, HELD, "bytes_per_idle").median
        return f"{three_digits(HELD.idle * each / 2**20)} MiB"
    return memory


def memory_each(server):
    return lambda benchmarks: held(Results(benchmarks), server)


def growth(server, most):
    """How many times the CPU of a round trip beside 10 idle clients it takes beside many."""
    def times(benchmarks):
        few, many = (Results(benchmarks).cost(server, cells.parse(f"1x64x1+{n}")).low
                     for n in (10, most))
        return three_digits(many / few)
    return times


def ratio(server):
    """Of the CPU for a message at 50×1024×1: how many times epoll in C's."""
    return lambda benchmarks: side_by_side.ratio(Results(benchmarks), server, cells.CENTRAL)


def of_other(server, other, of):
    """How many times the CPU of another one's message, by the `low` or the `median` of the rounds."""
    def times(benchmarks):
        own, others = (getattr(Results(benchmarks).cost(name, cells.CENTRAL), of)
                       for name in (server, other))
        return f"{own / others:.2f}"
    return times


def beside_idle(server):
    """How many times the CPU of a message it takes beside 10,000 idle clients."""
    def times(benchmarks):
        without, beside = (Results(benchmarks).cost(server, cells.parse(text)).low
                           for text in ("50x1024x1", "50x1024x1+10000"))
        return f"{beside / without:.2f}"
    return times


def calls(server, cell=cells.CENTRAL):
    return lambda benchmarks: system_calls(Results(benchmarks), server, cell)


def held_by_all(benchmarks):
    """The memory of an idle connection, least first."""
    results = Results(benchmarks)
    what = {one.name: one.what for one in contestants.read(ROOT)}
    able = sorted((one for one in side_by_side.everybody(results) if results.has(one, HELD)),
                  key=lambda one: results.counter(one, HELD, "bytes_per_idle").median)
    return [["server", "what it is", "memory of an idle connection"],
            *([one, what[one], held(results, one)] for one in able)]


def completions(benchmarks):
    """Chapter 6's two kinds of loop, beside each other in each cell."""
    results = Results(benchmarks)
    ready, done = "06", "06/proactor"
    rows = [["", "CPU for a message, ready", "done", "done / ready",
             "system calls a message, ready", "done"]]
    for cell in results.cells():
        one, other = (results.cost(server, cell) for server in (ready, done))
        rows.append([cell.pretty, spread(one), spread(other), f"{other.low / one.low:.2f}",
                     *(system_calls(results, server, cell) for server in (ready, done))])
    return rows


def versions(benchmarks):
    return ", ".join(f"{name} {version}" for name, version
                     in benchmarks.context["versions"].items() if version)


def noise(benchmarks):
    found = benchmarks.context["noise"]
    return f"{'; '.join(found)}." if found else "steady enough in all of them."


tables = {
    "cost": cost, "cells": all_cells, "held": held_by_all, "completions": completions,
    "idle_threads_processes": idle_of({"01/threads": "threads", "01/processes": "processes"}),
    "idle_select": idle_of({"01/threads": "threads", "02": "select"}, idle=(10, 100, 1_000)),
    "idle_selectors": idle_of({"01/threads": "threads", "03/select": "select", "03/poll": "poll",
                               "03": "epoll"}),
    "idle_coroutines": idle_of({"03": "callbacks", "04": "generators", "05": "coroutines"},
                               idle=(1_000, 10_000)),
    "idle_tasks": idle_of({"05": "coroutines", "06": "tasks"}, idle=(1_000, 10_000))}
figures = {
    "memory_of_threads": total_memory("01/threads"),
    "memory_of_processes": total_memory("01/processes"),
    "kib_of_threads": memory_each("01/threads"), "kib_of_processes": memory_each("01/processes"),
    "growth_of_select": growth("02", 1_000), "growth_of_poll": growth("03/poll", 10_000),
    "growth_of_epoll": growth("03", 10_000),
    "versions": versions, "noise": noise,
    "ratio_of_threads": ratio("01/threads"), "ratio_of_select": ratio("02"),
    "ratio_of_callbacks": ratio("03"), "callbacks_beside_idle": beside_idle("03"),
    "ratio_of_generators": ratio("04"), "ratio_of_coroutines": ratio("05"),
    "ratio_of_tasks": ratio("06"),
    "tasks_beside_idle": beside_idle("06"), "kib_of_tasks": memory_each("06"),
    "kib_of_coroutines": memory_each("05"),
    "calls_of_epoll": calls(contestants.YARDSTICK), "calls_of_tasks": calls("06"),
    "calls_of_libuv": calls("libuv"),
    "calls_of_tasks_beside_idle": calls("06", cells.parse("50x1024x1+10000")),
    "low_of_debug_off": of_other("06", "yours", "low"),
    "median_of_debug_off": of_other("06", "yours", "median"),
    "kib_of_callbacks": memory_each("03"), "kib_of_generators": memory_each("04")}
plots = pictures("bench.json", "../img")
