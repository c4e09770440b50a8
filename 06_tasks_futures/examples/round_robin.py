"""The loop goes round: each task in turn, in the order of their making."""
import asyncio


async def count(name):
    for i in range(3):
        print("%s%d" % (name, i))
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(count("A"), count("B"))


asyncio.run(main())
