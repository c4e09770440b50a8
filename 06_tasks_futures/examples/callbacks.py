"""Plain functions, called soon, later, and at a time; and one that is not called
after all."""
import asyncio

from seconds import seconds


def callback(number):
    print("callback", number)


async def main():
    loop = asyncio.get_running_loop()
    now = loop.time()
    loop.call_later(seconds(3), callback, 1)
    loop.call_later(seconds(1), callback, 2)
    loop.call_soon(callback, 3)
    loop.call_at(now + seconds(2), callback, 4)
    handle = loop.call_soon(callback, 5)
    handle.cancel()
    await asyncio.sleep(seconds(4))


asyncio.run(main())
