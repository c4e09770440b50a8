"""What a coroutine returns, run_until_complete gives to whoever called it."""
import asyncio


# [region coroutine]
async def coroutine():
    print("in coroutine")
    return "result"
# [end coroutine]


loop = asyncio.new_event_loop()
try:
    result = loop.run_until_complete(coroutine())
    print("it returned: %r" % result)
finally:
    loop.close()
