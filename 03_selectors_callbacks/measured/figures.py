"""Chapter 3's tables and plot: what one question to the kernel costs."""
from benchmark_json import count, spread, three_digits, time
from plots import Plot

KINDS = ("select", "poll", "epoll")
IDLE = (10, 100, 1_000, 10_000)


def call(benchmarks):
    known = benchmarks.names()
    rows = [["idle descriptors", *KINDS]]
    for n in IDLE:
        names = [f"select_once/{kind}/{n}" for kind in KINDS]
        rows.append([count(n), *(spread(benchmarks.time(name)) if name in known else "–"
                                 for name in names)])
    return rows


def lines(benchmarks):
    return {kind: benchmarks.times(f"select_once/{kind}") for kind in KINDS}


def growth_of(kind, most):
    def growth(benchmarks):
        few, many = (benchmarks.time(f"select_once/{kind}/{n}").low for n in (10, most))
        return three_digits(many / few)
    return growth


tables = {"call": call}
figures = {"epoll_growth": growth_of("epoll", 10_000), "poll_growth": growth_of("poll", 10_000),
           "select_growth": growth_of("select", 1_000)}
plots = {"call": Plot(
    json="select.json", out="../img/select.svg",
    title="One call, with ten descriptors ready",
    xlabel="idle descriptors", ylabel="time of one call", yformat=time,
    logx=True, logy=True, series=lines)}
