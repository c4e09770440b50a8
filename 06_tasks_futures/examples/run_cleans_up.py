"""run gives what main returns, or throws what it throws; tasks that are left it
cancels, and waits until they have cleaned up."""
import asyncio

from seconds import seconds


async def wait_for_nobody():
    try:
        await asyncio.sleep(seconds(3600))
    except asyncio.CancelledError:
        print("what was left is cancelled, and cleans up")
        raise


async def main():
    task = asyncio.create_task(wait_for_nobody())
    await asyncio.sleep(0)
    print("main ends, the task is left")
    return 42


async def fail():
    raise ValueError("no luck")


print("run returns", asyncio.run(main()))
try:
    asyncio.run(fail())
except ValueError as error:
    print("run throws:", error)
