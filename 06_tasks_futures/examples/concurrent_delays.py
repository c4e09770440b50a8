"""However many tasks wait, they wait at the same time."""
import asyncio

from delay import delay
from seconds import seconds
from stopwatch import Stopwatch


async def three_delays():
    stopwatch = Stopwatch()
    one = asyncio.create_task(delay(3))
    two = asyncio.create_task(delay(3))
    three = asyncio.create_task(delay(3))
    await one
    await two
    await three
    print("3 tasks of 3 s took %.1f s" % stopwatch.seconds())


async def wait_a_second():
    await asyncio.sleep(seconds(1))


async def many_delays(count):
    stopwatch = Stopwatch()
    tasks = [asyncio.create_task(wait_a_second()) for _ in range(count)]
    for task in tasks:
        await task
    print("%d tasks of 1 s took %.1f s" % (count, stopwatch.seconds()))


async def main():
    await three_delays()
    for count in (10, 1_000, 10_000):
        await many_delays(count)


asyncio.run(main())
