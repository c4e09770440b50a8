"""Three ways to have a coroutine run by itself. The first is the one to use."""
import asyncio


async def greet(who):
    print("hello from", who)
    return len(who)


async def main():
    loop = asyncio.get_running_loop()
    first = asyncio.create_task(greet("create_task"))
    second = asyncio.ensure_future(greet("ensure_future"))
    third = loop.create_task(greet("loop.create_task"))
    print(await first, await second, await third)
    print("ensure_future leaves a task as it is:", asyncio.ensure_future(first) is first)


asyncio.run(main())
