"""Two tasks that compute and never wait: the thread is theirs, so the second
begins when the first has ended."""
import asyncio

from async_timed import async_timed
from cpu_bound_work import cpu_bound_work


@async_timed
async def main():
    task_one = asyncio.create_task(cpu_bound_work())
    task_two = asyncio.create_task(cpu_bound_work())
    await task_one
    await task_two


asyncio.run(main())
