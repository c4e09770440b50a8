"""What stands between two awaits nobody interrupts. What contains an await may
be, unless a lock is held; who waits for that gets it in the order of asking."""
import asyncio


async def write(name):
    print(name, "writes the first half")
    await asyncio.sleep(0)
    print(name, "writes the second half")


async def write_locked(name, lock):
    async with lock:
        await write(name)


async def main():
    await asyncio.gather(write("A"), write("B"))
    print("with a lock:")
    lock = asyncio.Lock()
    await asyncio.gather(write_locked("A", lock), write_locked("B", lock))


asyncio.run(main())
