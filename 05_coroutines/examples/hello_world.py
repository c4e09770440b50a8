"""A coroutine that takes a second, and gives the thread to others meanwhile."""
import asyncio
import os

SECOND = float(os.environ.get("ECHO_LADDER_SECOND", 1))


# [region hello_world]
async def hello_world_message():
    await asyncio.sleep(1 * SECOND)
    return "Hello world!"


async def greet():
    message = await hello_world_message()
    print(message)
# [end hello_world]


asyncio.run(greet())
