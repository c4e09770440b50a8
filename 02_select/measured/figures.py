"""Chapter 2's table: what waiting costs."""
from benchmark_json import spread

NAMES = {"asking": "asking again and again", "select": "one call of select"}


def waiting(benchmarks):
    rows = [["waiting for ten silent clients by", "share of a core"]]
    for name, text in NAMES.items():
        cores = benchmarks.counter(f"wait_for_silent_clients/{name}/real_time", "cores")
        rows.append([text, spread(cores, lambda value: f"{100 * value:.2f} %")])
    return rows


tables = {"waiting": waiting}
