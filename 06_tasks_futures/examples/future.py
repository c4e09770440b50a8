"""A result that is still to come: asked too early, set, asked again; and one that
is awaited, and set by a callback."""
import asyncio

from seconds import seconds


async def main():
    loop = asyncio.get_running_loop()
    my_future = loop.create_future()
    print("is my_future done?", my_future.done())
    try:
        my_future.result()
    except asyncio.InvalidStateError as error:
        print("too early:", error)
    my_future.set_result(42)
    print("is my_future done?", my_future.done())
    print("the result is", my_future.result())

    later = loop.create_future()
    loop.call_later(seconds(1), later.set_result, 43)
    print("awaited:", await later)


asyncio.run(main())
