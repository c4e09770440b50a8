"""How long coroutines take that run at the same time."""
import asyncio

from async_timed import async_timed
from delay import delay


@async_timed
async def short_delay():
    return await delay(1)


@async_timed
async def long_delay():
    return await delay(2)


@async_timed
async def main():
    task_one = asyncio.create_task(long_delay())
    task_two = asyncio.create_task(short_delay())
    await task_one
    await task_two


asyncio.run(main())
