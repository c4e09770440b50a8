"""A resource that is opened and closed by waiting: the close is awaited as
well, whether the block returns, throws, or is cancelled."""
import asyncio

from seconds import seconds


class Connection:
    async def __aenter__(self):
        print("connecting")
        await asyncio.sleep(seconds(1))
        return self

    async def __aexit__(self, *thrown):
        print("closing")
        await asyncio.sleep(seconds(1))
        print("closed")

    async def receive(self, count):
        """What comes within so many seconds."""
        if count == 0:
            raise ValueError("nothing to wait for")
        await asyncio.sleep(seconds(count))
        return count


# [region async_with]
async def talk(count):
    async with Connection() as connection:
        print("received", await connection.receive(count))
# [end async_with]


async def main():
    await talk(1)
    try:
        await talk(0)
    except ValueError as error:
        print("failed:", error)
    task = asyncio.create_task(talk(3600))
    await asyncio.sleep(seconds(3))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
