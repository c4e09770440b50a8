"""A task that only waits has to wait for its turn too: behind two that compute,
its delay begins when they have ended."""
import asyncio

from async_timed import async_timed
from cpu_bound_work import cpu_bound_work
from delay import delay


@async_timed
async def main():
    task_one = asyncio.create_task(cpu_bound_work())
    task_two = asyncio.create_task(cpu_bound_work())
    delay_task = asyncio.create_task(delay(4))
    await task_one
    await task_two
    await delay_task


asyncio.run(main())
