"""A coroutine, its loop, and the order in which they come and go."""
import asyncio


# [region run]
async def coroutine():
    print("in coroutine")


loop = asyncio.new_event_loop()
try:
    print("starting coroutine")
    started = coroutine()
    print("entering event loop")
    loop.run_until_complete(started)
finally:
    print("closing event loop")
    loop.close()
# [end run]
