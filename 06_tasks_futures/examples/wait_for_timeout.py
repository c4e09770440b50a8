"""To wait, but not for longer than a second: what takes longer is cancelled."""
import asyncio

from seconds import seconds


async def two_seconds():
    await asyncio.sleep(seconds(2))
    return 2


async def main():
    task = asyncio.create_task(two_seconds())
    try:
        print(await asyncio.wait_for(task, seconds(1)))
    except TimeoutError:
        print("timeout!")
        print("was the task cancelled?", task.cancelled())


asyncio.run(main())
