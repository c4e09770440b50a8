"""Two that never wait for each other take turns."""
import asyncio

from seconds import seconds


async def print_nums(last):
    for number in range(1, last + 1):
        print(number)
        await asyncio.sleep(seconds(1))


async def print_time(last):
    for count in range(last):
        if count % 3 == 0:
            print("%d seconds have passed" % count)
        await asyncio.sleep(seconds(1))


async def main():
    await asyncio.gather(print_nums(7), print_time(7))


asyncio.run(main())
