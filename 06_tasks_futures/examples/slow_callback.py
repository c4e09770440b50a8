"""Debug mode says who keeps the loop from the others."""
import asyncio
import time


async def cpu_bound_work():
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        pass
    return 100


async def main():
    task = asyncio.create_task(cpu_bound_work())
    result = await task
    print("the result is", result)


asyncio.run(main(), debug=True)
