"""A generator that waits before each of its values. Who asks for the next one
waits with it: nothing here runs at the same time as anything else."""
import asyncio

from seconds import seconds
from stopwatch import Stopwatch


async def letters(word):
    for letter in word:
        print("waiting for", letter)
        await asyncio.sleep(seconds(1))
        yield letter


async def main():
    stopwatch = Stopwatch()
    async for letter in letters("abc"):
        print("working on", letter)
        await asyncio.sleep(seconds(1))
    print("three waits and three works took %.1f s" % stopwatch.seconds())


asyncio.run(main())
