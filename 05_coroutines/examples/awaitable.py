"""Whatever says what is to be awaited in its place can be awaited itself."""
import asyncio
import os
from collections.abc import Awaitable, Coroutine

SECOND = float(os.environ.get("ECHO_LADDER_SECOND", 1))


# [region kettle]
async def boil(degrees):
    await asyncio.sleep(1 * SECOND)
    return f"water at {degrees} degrees"


class Kettle:
    def __init__(self, degrees):
        self.degrees = degrees

    def __await__(self):
        return boil(self.degrees).__await__()


async def make_tea():
    kettle = Kettle(95)
    water = await kettle
    print("tea from", water)
# [end kettle]


def tell(type_, name):
    print("%s: %s" % (name, "awaitable" if issubclass(type_, Awaitable) else "not awaitable"))


tell(Coroutine, "a coroutine")
tell(Kettle, "a kettle")
tell(str, "a string")
asyncio.run(make_tea())
