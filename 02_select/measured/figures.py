"""Chapter 2's tables: what waiting costs, and what select costs."""
from benchmark_json import count, kib, spread, three_digits, time

NAMES = {"asking": "asking again and again", "select": "one call of select"}


def waiting(benchmarks):
    rows = [["waiting for ten silent clients by", "share of a core"]]
    for name, text in NAMES.items():
        cores = benchmarks.counter(f"wait_for_silent_clients/{name}/real_time", "cores")
        rows.append([text, spread(cores, lambda value: f"{100 * value:.2f} %")])
    return rows


def idle(benchmarks):
    rows = [["server", "idle clients", "memory of each", "server's CPU for one round trip"]]
    for kind in ("threads", "select"):
        for n in (10, 100, 1_000):
            name = f"{kind}/{n}/iterations:1000/real_time"
            rows.append([kind, count(n),
                         kib(benchmarks.counter(name, "bytes_per_client").median),
                         spread(benchmarks.counter(name, "cpu_us"), lambda us: time(us * 1e-6))])
    return rows


def growth(benchmarks):
    few, many = (benchmarks.counter(f"select/{n}/iterations:1000/real_time", "cpu_us").low
                 for n in (10, 1_000))
    return three_digits(many / few)


tables = {"waiting": waiting, "idle": idle}
figures = {"growth": growth}
