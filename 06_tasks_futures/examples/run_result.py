"""The entry point: makes a loop, runs a coroutine, closes the loop."""
import asyncio


async def add_one(number):
    return number + 1


result = asyncio.run(add_one(1))
print("the result of the coroutine is %d, its type is %s" % (result, type(result).__name__))
