"""Chapter 5's tables and plot: coroutines beside threads, processes and Python's coroutines."""
from benchmark_json import count, kib, spread, three_digits, time
from plots import Plot

NONE = "–"
WHO = {"coroutine": "a coroutine", "thread": "a thread", "process": "a process",
       "python": "a coroutine of Python's", "python_thread": "a thread of Python's"}
ALIVE = {"coroutine": "coroutines", "task": "coroutines in the loop", "thread": "threads",
         "python": "Python's coroutines", "python_task": "Python's tasks"}
LINES = {"coroutine": "ours", "python": "Python's"}


def named(benchmarks, prefix):
    """The benchmark that begins like this: Google Benchmark adds to its name how it was timed."""
    names = benchmarks.names(prefix)
    return names[0] if names else None


def cell(benchmarks, prefix):
    name = named(benchmarks, prefix)
    return spread(benchmarks.time(name)) if name else NONE


def costs(benchmarks):
    rows = [["", "create one, and see it end", "resume it", "switch between two",
             "switch among a thousand"]]
    for who, text in WHO.items():
        between_two = f"switch/{who}" if who in ("thread", "process") else f"switch/{who}/2"
        rows.append([text, *(cell(benchmarks, prefix) for prefix in (
            f"create_and_destroy/{who}", f"resume/{who}/1", between_two, f"switch/{who}/1000"))])
    return rows


def size(value):
    return f"{count(value)} B" if value < 1024 else kib(value)


def alive(benchmarks):
    rows = [["alive", "number", "create and start one", "memory of one", "resume one"]]
    for who, text in ALIVE.items():
        name = named(benchmarks, f"alive/{who}")
        if not name:
            continue
        resumed = NONE if who == "thread" else spread(benchmarks.counter(name, "resume"))
        rows.append([text, count(benchmarks.counter(name, "alive").median),
                     spread(benchmarks.time(name)),
                     spread(benchmarks.counter(name, "resident"), size), resumed])
    return rows


def lines(benchmarks):
    return {label: benchmarks.times(f"resume/{who}") for who, label in LINES.items()
            if benchmarks.names(f"resume/{who}")}


def times(prefix, base):
    """How many times as long the one takes as the other."""
    def ratio(benchmarks):
        long, short = (benchmarks.time(named(benchmarks, name)).low for name in (prefix, base))
        return three_digits(long / short)
    return ratio


tables = {"costs": costs, "alive": alive}
figures = {"depth_growth": times("resume/coroutine/100000", "resume/coroutine/1"),
           "python_depth_growth": times("resume/python/1000", "resume/python/1"),
           "registering_ratio": times("wait/registered_each_time", "wait/watched")}
plots = {"depth": Plot(
    json="coroutine.json", out="../img/resume.svg",
    title="Resuming what is deep inside",
    xlabel="coroutines, each of which awaits the next", ylabel="time of one resume",
    yformat=time, logx=True, logy=True, series=lines)}
