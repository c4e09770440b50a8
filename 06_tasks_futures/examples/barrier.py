"""Who is first waits for the others: from there on, all go together."""
import asyncio

from seconds import seconds


async def hike(name, pace, summit):
    await asyncio.sleep(seconds(pace))
    print(name, "is at the top")
    await summit.wait()
    print(name, "goes down")


async def main():
    summit = asyncio.Barrier(3)
    await asyncio.gather(hike("A", 3, summit), hike("B", 1, summit), hike("C", 2, summit))


asyncio.run(main())
