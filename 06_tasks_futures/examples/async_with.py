"""A resource that is opened and closed by waiting: the close is awaited as
well, whether the block returns, throws, or is cancelled."""
import asyncio

from seconds import seconds
from stopwatch import Stopwatch


async def step(begins, count, ends):
    print(begins)
    await asyncio.sleep(seconds(count))
    print(ends)


class Connection:
    async def __aenter__(self):
        await step("connecting ...", 2, "connected")
        return self

    async def __aexit__(self, *thrown):
        await step("closing ...", 2, "closed")

    async def send(self):
        await step("sending ...", 1, "sent")

    async def receive(self):
        await step("receiving ...", 2, "received")


# [region async_with]
async def exchange():
    async with Connection() as connection:
        await asyncio.gather(connection.send(), connection.receive())
# [end async_with]


async def fail():
    async with Connection() as connection:
        await connection.send()
        raise RuntimeError("no answer")


async def main():
    stopwatch = Stopwatch()
    await exchange()
    print("that took the time of %d" % stopwatch.whole_seconds())
    try:
        await fail()
    except RuntimeError as error:
        print("failed:", error)
    task = asyncio.create_task(exchange())
    await asyncio.sleep(seconds(2.5))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
