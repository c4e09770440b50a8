"""Two ways to sleep: one gives the thread to the others, the other keeps it."""
import asyncio
import time

from seconds import seconds
from stopwatch import Stopwatch


async def wait(name):
    print(name, "waits")
    await asyncio.sleep(seconds(1))
    print(name, "goes on")


async def block(name):
    print(name, "blocks everybody")
    time.sleep(seconds(1))
    print(name, "goes on")


async def together(one, other):
    stopwatch = Stopwatch()
    await asyncio.gather(one, other)
    print("both took %.1f s" % stopwatch.seconds())


async def main():
    await together(wait("A"), wait("B"))
    await together(block("C"), block("D"))


asyncio.run(main())
