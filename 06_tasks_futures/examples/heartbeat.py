"""A task that only wants to beat shows how long the others keep the loop."""
import asyncio
import time

from seconds import seconds
from stopwatch import Stopwatch


class Worst:
    lag = 0.0


async def heartbeat(worst):
    while True:
        stopwatch = Stopwatch()
        await asyncio.sleep(seconds(0.1))
        worst.lag = max(worst.lag, stopwatch.seconds() - 0.1)


def slow_call():
    time.sleep(seconds(2))


async def only_sleep():
    await asyncio.sleep(seconds(2))


async def call_here():
    slow_call()


async def call_in_thread():
    await asyncio.to_thread(slow_call)


async def measure(name, work):
    worst = Worst()
    beating = asyncio.create_task(heartbeat(worst))
    await asyncio.sleep(0)
    await work
    await asyncio.sleep(seconds(0.2))
    beating.cancel()
    print(f"{name}: a beat came a second late:", worst.lag > 1)


async def main():
    await measure("sleep", only_sleep())
    await measure("a call that blocks", call_here())
    await measure("the same in a thread", call_in_thread())


asyncio.run(main())
