"""The program of chain_yield_from.py, by `await`."""
import asyncio


# [region chain]
async def phase1():
    print("in phase1")
    await asyncio.sleep(0)
    return "result1"


async def phase2(argument):
    print("in phase2")
    await asyncio.sleep(0)
    return "result2 derived from " + argument


async def outer():
    print("in outer")
    print("waiting for result1")
    result1 = await phase1()
    print("waiting for result2")
    result2 = await phase2(result1)
    return result1, result2
# [end chain]


loop = asyncio.new_event_loop()
try:
    print("return value:", loop.run_until_complete(outer()))
finally:
    loop.close()
