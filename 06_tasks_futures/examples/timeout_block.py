"""A limit for several steps together, which is moved while they run."""
import asyncio
import sys

from seconds import seconds


async def step(number):
    await asyncio.sleep(seconds(2))
    print("step", number, "is done")


async def main():
    try:
        async with asyncio.timeout(seconds(3)) as limit:
            await step(1)
            limit.reschedule(limit.when() + seconds(2))  # that went well
            await step(2)
            await step(3)
    except TimeoutError:
        print("timeout!")


if sys.version_info < (3, 11):
    sys.exit("needs Python 3.11")
asyncio.run(main())
