"""What cpu_bound_and_delay suffers from, cured: the computations run in threads,
or in processes, and the delay begins at once."""
import asyncio
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from seconds import seconds
from stopwatch import Stopwatch


def cpu_bound_work():
    counter = 0
    stopwatch = Stopwatch()
    while stopwatch.seconds() < 4:
        counter += 1
    return counter > 0


async def compute_here():
    return cpu_bound_work()


async def measure(name, executor):
    loop = asyncio.get_running_loop()
    stopwatch = Stopwatch()
    await asyncio.gather(
        loop.run_in_executor(executor, cpu_bound_work),
        loop.run_in_executor(executor, cpu_bound_work),
        asyncio.sleep(seconds(4)))
    print("in %s: the time of %d" % (name, stopwatch.whole_seconds()))


async def main(threads, processes):
    stopwatch = Stopwatch()
    await asyncio.gather(compute_here(), compute_here(), asyncio.sleep(seconds(4)))
    print("in the loop: the time of %d" % stopwatch.whole_seconds())
    await measure("threads", threads)
    await measure("processes", processes)


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as processes, ThreadPoolExecutor(2) as threads:
        asyncio.run(main(threads, processes))
