"""Chapter 6's tables: what the core costs, in yardsticks."""
from benchmark_json import count, kib, spread, three_digits, time

NONE = "–"
MEASURES = {"await": "await a coroutine that returns at once",
            "turn": "a turn: `sleep(0s)`, alone",
            "turns": "a turn, one task of a thousand",
            "call_soon": "`call_soon`, and its run",
            "wake_up": "wake up through a future",
            "create_task": "`create_task`, and await"}
BESIDE = {"bare": "nothing else", "descriptor": "a descriptor is watched",
          "timer": "a timer is pending"}
OTHERS = {"asio": "asio", "tokio": "Tokio", "go": "Go", "asyncio": "Python's asyncio",
          "uvloop": "uvloop"}


def named(benchmarks, prefix):
    names = benchmarks.names(prefix)
    return names[0] if names else None


def timed(benchmarks, prefix):
    return benchmarks.time(named(benchmarks, prefix))


def in_yardsticks(benchmarks, name):
    return three_digits(benchmarks.time(name).low / benchmarks.time("yardstick").low)


def cell(benchmarks, prefix):
    name = named(benchmarks, prefix)
    return in_yardsticks(benchmarks, name) if name else NONE


def costs(benchmarks):
    rows = [["in yardsticks", "ours", *OTHERS.values(), "ours, as time"],
            ["the yardstick", "1", *(NONE for _ in OTHERS), spread(benchmarks.time("yardstick"))]]
    for measure, text in MEASURES.items():
        bare = f"{measure}/bare"
        rows.append([text, in_yardsticks(benchmarks, bare),
                     *(cell(benchmarks, f"{measure}/{other}") for other in OTHERS),
                     spread(benchmarks.time(bare))])
    return rows


def beside(benchmarks):
    rows = [["yardsticks, beside", *BESIDE.values()]]
    for measure, text in MEASURES.items():
        rows.append([text, *(cell(benchmarks, f"{measure}/{other}") for other in BESIDE)])
    return rows


def size(value):
    return f"{count(value)} B" if value < 1024 else kib(value)


def alive(benchmarks):
    rows = [["", "memory of one", "create and start one"]]
    for of, text in {"1000000": "ours", **OTHERS}.items():
        name = named(benchmarks, f"alive/{of}")
        if name:
            rows.append([text, spread(benchmarks.counter(name, "resident"), size),
                         spread(benchmarks.time(name))])
    return rows


JOBS = {"compute": "compute", "block": "block", "wait": "can be awaited"}
WHO = {"coroutines": "coroutines", "threads": "threads", "processes": "processes"}


def jobs(benchmarks):
    rows = [["eight jobs that", *WHO.values()]]
    for job, text in JOBS.items():
        one = timed(benchmarks, f"one/{job}").low
        rows.append([text, *(three_digits(timed(benchmarks, f"{who}/{job}").low / one)
                             for who in WHO)])
    return rows


COMPUTING = {"computing/": "C++, threads", "computing/python_threads:": "Python, threads",
             "computing/python_processes:": "Python, processes"}


def computing(benchmarks):
    rows = [["", "one", "two", "times faster, by the lowest"]]
    for prefix, text in COMPUTING.items():
        one, two = (timed(benchmarks, f"{prefix}{n}") for n in (1, 2))
        rows.append([text, spread(one), spread(two), three_digits(one.low / two.low)])
    return rows


def workers(benchmarks):
    rows = [["workers", "messages a second", "processors in use", "CPU for a message"]]
    for n in (1, 2):
        name = named(benchmarks, f"messages/workers:{n}/")
        real, cpu = benchmarks.time(name), benchmarks.time(name, "cpu_time")
        messages = benchmarks.counter(name, "messages_a_run").median
        rows.append([str(n), spread(benchmarks.counter(name, "messages"), count),
                     three_digits(cpu.median / real.median), time(cpu.median / messages)])
    return rows


ECHOES = {"by_hand": "by hand: epoll, and what has to be done",
          "watched": "tasks, as the server has them",
          "registered_each_time": "registered for each wait",
          "by_coroutines": "by coroutines, one for each call",
          "on_completions": "on [completions](proactor.md)"}


def echo(benchmarks):
    least = timed(benchmarks, "echo/by_hand").low
    rows = [["", "time of a message", "times by hand"]]
    for name, text in ECHOES.items():
        if named(benchmarks, f"echo/{name}"):
            of_this = timed(benchmarks, f"echo/{name}")
            rows.append([text, spread(of_this), f"{of_this.low / least:.2f}"])
    return rows


figures = {"await_in_yardsticks": lambda benchmarks: in_yardsticks(benchmarks, "await/bare")}
tables = {"costs": costs, "beside": beside, "alive": alive, "echo": echo, "jobs": jobs,
          "computing": computing, "workers": workers}
