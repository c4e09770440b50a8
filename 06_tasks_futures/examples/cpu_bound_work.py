"""Work for the processor: a coroutine that computes, and never waits."""
from async_timed import async_timed
from stopwatch import Stopwatch


@async_timed
async def cpu_bound_work():
    counter = 0
    stopwatch = Stopwatch()
    while stopwatch.seconds() < 4:
        counter += 1
    return counter
