"""Two coroutines, awaited one after the other: what both take adds up."""
import asyncio
import os
import time

SECOND = float(os.environ.get("ECHO_LADDER_SECOND", 1))


# [region sequential]
async def add_one(number):
    await asyncio.sleep(1 * SECOND)
    return number + 1


async def hello_world_message():
    await asyncio.sleep(1 * SECOND)
    return "Hello world!"


async def one_after_the_other():
    message = await hello_world_message()
    one_plus_one = await add_one(1)
    print(one_plus_one)
    print(message)
# [end sequential]


start = time.monotonic()
asyncio.run(one_after_the_other())
took = (time.monotonic() - start) / SECOND
print("%.1f s: %s" % (took, "one second and the other" if took >= 2 else "too little"))
