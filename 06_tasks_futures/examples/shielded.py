"""To wait no longer than five seconds, and let the task go on all the same."""
import asyncio

from seconds import seconds


async def ten_seconds():
    await asyncio.sleep(seconds(10))
    return 10


async def main():
    task = asyncio.create_task(ten_seconds())
    try:
        await asyncio.wait_for(asyncio.shield(task), seconds(5))
    except TimeoutError:
        print("the task took more than 5 s, it will finish soon")
    print(await task)


asyncio.run(main())
