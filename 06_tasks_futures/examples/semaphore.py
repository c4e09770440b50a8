"""A lock with several keys: two guests may be inside at the same time, the others
wait in the order in which they came."""
import asyncio


async def visit(name, keys):
    async with keys:
        print(name, "comes in")
        await asyncio.sleep(0)
        print(name, "leaves")


async def main():
    keys = asyncio.Semaphore(2)
    await asyncio.gather(*(visit(name, keys) for name in "ABCD"))


asyncio.run(main())
