"""Whoever ends first, gather gives the results in the order of its arguments."""
import asyncio

from delay import delay


async def main():
    one, two, three = await asyncio.gather(delay(3), delay(1), delay(2))
    print("results:", one, two, three)

    tasks = [asyncio.create_task(delay(count)) for count in (3, 1, 2)]
    print("results:", *await asyncio.gather(*tasks))


asyncio.run(main())
