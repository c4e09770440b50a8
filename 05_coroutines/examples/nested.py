"""Whoever awaits stands still until the other has ended."""
import asyncio


# [region nested]
async def inner():
    print("    inner waits")
    await asyncio.sleep(0)
    print("    inner returns 1")
    return 1


async def middle():
    print("  middle awaits inner")
    one = await inner()
    print("  middle got %d, returns %d" % (one, one + 1))
    return one + 1


async def outer():
    print("outer awaits middle")
    two = await middle()
    print("outer got", two)
# [end nested]


asyncio.run(outer())
