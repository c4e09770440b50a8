"""The loop that runs in this thread, and who may ask for it."""
import asyncio


def tell(where):
    try:
        loop = asyncio.get_running_loop()
        print("%s: a loop, running: %s" % (where, loop.is_running()))
    except RuntimeError as error:
        print("%s: %s" % (where, error))


async def main():
    tell("in a coroutine")
    asyncio.get_running_loop().call_soon(tell, "in a callback")
    await asyncio.sleep(0)


tell("before")
asyncio.run(main())
tell("after")
