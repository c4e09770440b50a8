"""What Python's coroutines, tasks and threads cost. coroutine_bench runs this, and sets it beside
our own:

    python3 05_coroutines/coroutine_bench.py resume 10

prints the seconds that one resume takes through ten coroutines, each of which awaits the next.
The loop around what is measured counts as well: some 10 ns.
"""
import asyncio
import os
import sys
import threading
import types
from itertools import repeat
from time import perf_counter


def main():
    if sys.version_info < (3, 9):
        sys.exit("needs Python 3.9")
    if len(sys.argv) > 1:
        measure, *numbers = sys.argv[1:]
        for name, value in MEASURES[measure](*map(int, numbers)).items():
            print(name, value)


# --- create and destroy ------------------------------------------------------------------

async def nothing():
    pass


def create_and_destroy(n=300_000):
    begin = perf_counter()
    for _ in repeat(None, n):
        coroutine = nothing()
        try:
            coroutine.send(None)  # to its end
        except StopIteration:
            pass
    return {"seconds": (perf_counter() - begin) / n}


def create_thread(n=1_000):
    begin = perf_counter()
    for _ in repeat(None, n):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
    return {"seconds": (perf_counter() - begin) / n}


def await_nothing(n=300_000):
    async def await_again_and_again():
        for _ in repeat(None, n):
            await nothing()

    begin = perf_counter()
    run_to_its_end(await_again_and_again())
    return {"seconds": (perf_counter() - begin) / n}


def run_to_its_end(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        pass


# --- resume ------------------------------------------------------------------------------

@types.coroutine
def turn():
    yield


async def nested(depth):
    """So many coroutines, each of which awaits the next; the last one waits."""
    if depth > 1:
        await nested(depth - 1)
    while True:
        await turn()


def resume(depth):
    sys.setrecursionlimit(sys.getrecursionlimit() + depth)
    n = 300_000 // depth
    outermost = nested(depth)
    outermost.send(None)
    begin = perf_counter()
    for _ in repeat(None, n):
        outermost.send(None)
    return {"seconds": (perf_counter() - begin) / n}


# --- switch ------------------------------------------------------------------------------

def switch(tasks, n=100_000):
    async def yield_again_and_again():
        for _ in repeat(None, n // tasks):
            await asyncio.sleep(0)

    async def all_of_them():
        await asyncio.gather(*(yield_again_and_again() for _ in range(tasks)))

    begin = perf_counter()
    asyncio.run(all_of_them())
    return {"seconds": (perf_counter() - begin) / n}


# --- alive -------------------------------------------------------------------------------

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


async def wait_again_and_again():
    while True:
        await turn()


def coroutines_alive(n):
    before, begin = resident(), perf_counter()
    coroutines = [wait_again_and_again() for _ in range(n)]
    for coroutine in coroutines:
        coroutine.send(None)
    created, after = perf_counter(), resident()
    for coroutine in coroutines:
        coroutine.send(None)
    return each(n, created - begin, after - before, perf_counter() - created)


def tasks_alive(n):
    async def yield_again_and_again():
        while True:
            await asyncio.sleep(0)

    async def measure():
        before, begin = resident(), perf_counter()
        tasks = [asyncio.create_task(yield_again_and_again()) for _ in range(n)]
        await asyncio.sleep(0)
        created, after = perf_counter(), resident()
        await asyncio.sleep(0)
        resumed = perf_counter()
        for task in tasks:
            task.cancel()
        return each(n, created - begin, after - before, resumed - created)

    return asyncio.run(measure())


def each(n, seconds, size, resume):
    return {"seconds": seconds / n, "alive": n, "resident": size / n, "resume": resume / n}


MEASURES = {measure.__name__: measure for measure in (
    create_and_destroy, create_thread, await_nothing, resume, switch, coroutines_alive,
    tasks_alive)}

if __name__ == "__main__":
    main()
