"""create_task gives something at once: a task, whose coroutine has not begun."""
import asyncio

from delay import delay


async def main():
    sleep_for_three = asyncio.create_task(delay(3))
    print(type(sleep_for_three).__name__)
    result = await sleep_for_three
    print(result)


asyncio.run(main())
