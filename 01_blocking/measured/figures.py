"""Chapter 1's tables: what threads and processes cost."""
from benchmark_json import count, kib, spread, three_digits, time

KINDS = ("threads", "processes")


def microseconds(value):
    return time(value * 1e-6)


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


def idle(benchmarks):
    rows = [["a client in", "idle clients", "memory each", "connect and first answer",
             "round trip beside them", "sleeps a round trip"]]
    for kind in KINDS:
        for n in (100, 1_000, 10_000):
            name = f"{kind}/{n}/iterations:1000/real_time"
            rows.append([kind, count(n),
                         kib(benchmarks.counter(name, "bytes_per_client").median),
                         microseconds(benchmarks.counter(name, "connect_us").median),
                         spread(benchmarks.time(name)),
                         three_digits(benchmarks.counter(name, "sleeps").median)])
    return rows


def memory_of(kind):
    name = f"{kind}/10000/iterations:1000/real_time"

    def memory(benchmarks):
        total = 10_000 * benchmarks.counter(name, "bytes_per_client").median
        return f"{three_digits(total / 2**20)} MiB"
    return memory


def kib_of(kind):
    name = f"{kind}/10000/iterations:1000/real_time"
    return lambda benchmarks: kib(benchmarks.counter(name, "bytes_per_client").median)


tables = {"create": create, "compute": compute, "idle": idle}
figures = {"speedup": speedup,
           "memory_of_threads": memory_of("threads"),
           "memory_of_processes": memory_of("processes"),
           "kib_of_threads": kib_of("threads"), "kib_of_processes": kib_of("processes")}
