"""The smallest coroutine that gives something."""
import asyncio


# [region add_one]
async def add_one(number):
    return number + 1


async def add_twice():
    one_plus_one = await add_one(1)
    two_plus_one = await add_one(2)
    print(one_plus_one)
    print(two_plus_one)
# [end add_one]


asyncio.run(add_twice())
