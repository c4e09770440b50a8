"""The same two functions as tasks, which run at the same time, and awaited as
they are, one after the other: that works too, but takes twice as long."""
import asyncio

from seconds import seconds
from stopwatch import Stopwatch


async def fun1(x):
    print(x ** 2)
    await asyncio.sleep(seconds(3))
    print("fun1 has finished")


async def fun2(x):
    print(x ** 0.5)
    await asyncio.sleep(seconds(3))
    print("fun2 has finished")


async def as_tasks():
    task1 = asyncio.create_task(fun1(4))
    task2 = asyncio.create_task(fun2(4))
    await task1
    await task2


async def as_coroutines():
    await fun1(4)
    await fun2(4)


def run_timed(main):
    stopwatch = Stopwatch()
    print("after %.1f s" % stopwatch.seconds())
    asyncio.run(main)
    print("after %.1f s" % stopwatch.seconds())


run_timed(as_tasks())
run_timed(as_coroutines())
