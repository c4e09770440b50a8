"""A task does not start where it is made, but when the loop has its turn."""
import asyncio


async def body():
    print("task body")


async def main():
    task = asyncio.create_task(body())
    print("after create_task")
    await task
    print("after await")


asyncio.run(main())
