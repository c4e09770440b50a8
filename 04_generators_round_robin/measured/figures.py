"""Chapter 4's tables: what a generator costs, and what it costs to register for each wait."""
from benchmark_json import count, spread, three_digits

STEPS = {"create_and_destroy/never_asked": "create a generator, and destroy it",
         "create_and_destroy/asked_once": "the same, asked once in between",
         "ask/generator": "ask it for one more value",
         "ask/function": "call a std::function that counts"}
TASKS = (2, 10, 1_000)
WAITS = {"wait/registered_each_time": "registered for each wait, as in this chapter",
         "wait/stays_registered": "registered once, as in chapter 3"}


def costs(benchmarks):
    rows = [["step", "time"]]
    rows += [[text, spread(benchmarks.time(name))] for name, text in STEPS.items()]
    rows += [[f"switch to the next of {count(n)} that go round",
              spread(benchmarks.time(f"switch/{n}"))] for n in TASKS]
    return rows


def waits(benchmarks):
    return [["one wait for a descriptor that is ready", "time"],
            *([text, spread(benchmarks.time(name))] for name, text in WAITS.items())]


def heap(benchmarks):
    """What a small generator takes of the heap."""
    each = benchmarks.counter(benchmarks.names("alive/generator")[0], "heap").median
    return f"{count(each)} bytes"


def registering_ratio(benchmarks):
    each, once = (benchmarks.time(name).low for name in WAITS)
    return three_digits(each / once)


tables = {"costs": costs, "waits": waits}
figures = {"heap": heap, "registering_ratio": registering_ratio}
