"""Chapter 1's tables: what threads and processes cost to create, and how they compute."""
from benchmark_json import spread, three_digits


def create(benchmarks):
    rows = [["create one, and see it end", "time"]]
    for name in ("thread", "process"):
        rows.append([f"a {name}", spread(benchmarks.time(f"create_{name}/real_time"))])
    return rows


def compute(benchmarks):
    turn = benchmarks.time("two_computations_in_turn/real_time")
    threads = benchmarks.time("two_computations_in_two_threads/real_time")
    return [["two pieces of pure computing", "time"],
            ["one after the other", spread(turn)],
            ["in two threads", spread(threads)]]


def speedup(benchmarks):
    turn = benchmarks.time("two_computations_in_turn/real_time").low
    threads = benchmarks.time("two_computations_in_two_threads/real_time").low
    return three_digits(turn / threads)


tables = {"create": create, "compute": compute}
figures = {"speedup": speedup}
