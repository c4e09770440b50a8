"""What may be awaited: a coroutine, a future, a task, which is a future, and
whatever says what is to be awaited in its place."""
import asyncio
from collections.abc import Awaitable, Coroutine

from seconds import seconds


class Kettle:
    """Gives a task to whoever awaits it: all who do wait for the same water."""

    def __init__(self, degrees):
        self.water = asyncio.create_task(self.boil(degrees))

    async def boil(self, degrees):
        await asyncio.sleep(seconds(1))
        return "water at %d degrees" % degrees

    def __await__(self):
        return self.water.__await__()


async def make_tea():
    kettle = Kettle(95)
    print("tea from", await kettle)
    print("more tea from", await kettle)


def tell(type_):
    print("%s: %s" % (type_.__name__,
                      "awaitable" if issubclass(type_, Awaitable) else "not awaitable"))


for type_ in (Coroutine, asyncio.Future, asyncio.Task, Kettle, str):
    tell(type_)
print("a Task is a Future:", issubclass(asyncio.Task, asyncio.Future))
asyncio.run(make_tea())
