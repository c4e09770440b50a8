"""What a chapter's tables, figures and plots are made of."""
from benchmark_json import count, spread, time
from plots import Plot

KINDS = ("select", "poll", "epoll")


def cost(benchmarks):
    """One row for each number of idle descriptors."""
    return [["idle descriptors", *KINDS]] + [
        [count(idle), *(spread(benchmarks.time(f"ready/{kind}/idle:{idle}"))
                        for kind in KINDS)]
        for idle in (10, 100, 1000)]


def epoll_10000(benchmarks):
    return time(benchmarks.time("ready/epoll/idle:10000").median)


def cost_lines(benchmarks):
    """For each label the points (x, y, low, high) of a line."""
    return {kind: benchmarks.times(f"ready/{kind}") for kind in KINDS}


tables = {"cost": cost}
figures = {"epoll_10000": epoll_10000}
plots = {"cost": Plot(
    json="select.json", out="../img/cost.svg",
    title="What one call costs, with ten descriptors ready",
    xlabel="idle descriptors", ylabel="time of one call", yformat=time,
    logx=True, logy=True, series=cost_lines)}
