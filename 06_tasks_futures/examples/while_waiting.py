"""While two tasks wait, whoever made them does something else."""
import asyncio

from delay import delay
from seconds import seconds


async def hello_every_second():
    for _ in range(2):
        await asyncio.sleep(seconds(1))
        print("other code runs while I wait")


async def main():
    first_delay = asyncio.create_task(delay(3))
    second_delay = asyncio.create_task(delay(3))
    await hello_every_second()
    await first_delay
    await second_delay


asyncio.run(main())
