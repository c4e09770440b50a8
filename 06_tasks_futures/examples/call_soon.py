"""A plain function, given to the loop: it is called in the next turn, never in
the middle of a step."""
import asyncio

from seconds import seconds


def callback():
    print("I am called in the near future")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(callback)
    print("main goes on, and sleeps")
    await asyncio.sleep(seconds(1))
    print("main has slept")


asyncio.run(main())
