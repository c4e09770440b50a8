"""Two tasks that compute and never wait: the thread is theirs, so the second
begins when the first has ended."""
import asyncio

from delay import async_timed
from stopwatch import Stopwatch


@async_timed
async def cpu_bound_work():
    counter = 0
    stopwatch = Stopwatch()
    while stopwatch.seconds() < 4:
        counter += 1
    return counter


@async_timed
async def main():
    task_one = asyncio.create_task(cpu_bound_work())
    task_two = asyncio.create_task(cpu_bound_work())
    await task_one
    await task_two


asyncio.run(main())
