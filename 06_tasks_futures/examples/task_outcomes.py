"""What a task can be asked: whether it is done, and then what it came to: a
result, an exception, or a cancellation."""
import asyncio

from seconds import seconds


async def succeed():
    return 42


async def fail():
    raise ValueError("no luck")


async def dawdle():
    await asyncio.sleep(seconds(3600))
    return 0


def tell(task):
    name = task.get_name()
    if not task.done():
        print(name, "is not done")
    elif task.cancelled():
        print(name, "was cancelled")
    elif task.exception():
        print(name, "failed:", task.exception())
    else:
        print(name, "returned", task.result())


async def main():
    tasks = [asyncio.create_task(succeed(), name="first"),
             asyncio.create_task(fail(), name="second"),
             asyncio.create_task(dawdle(), name="third")]
    for task in tasks:
        tell(task)
    await asyncio.sleep(0)
    tasks[2].cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        tell(task)
    try:
        await tasks[1]
    except ValueError as error:
        print("who awaits it gets it:", error)


asyncio.run(main())
