"""To cancel a task is to ask it: it is done a turn later, so main looks once more
than it would if it were told to end."""
import asyncio

from seconds import seconds


async def wait_an_hour():
    await asyncio.sleep(seconds(3600))


async def main():
    long_task = asyncio.create_task(wait_an_hour())
    seconds_elapsed = 0
    while not long_task.done():
        print("the task has not finished, the next look is in a second")
        await asyncio.sleep(seconds(1))
        seconds_elapsed += 1
        if seconds_elapsed == 5:
            long_task.cancel()
    try:
        await long_task
    except asyncio.CancelledError:
        print("the task was cancelled")


asyncio.run(main())
