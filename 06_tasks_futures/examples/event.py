"""Any number of tasks wait for something to happen; when it does, all go on."""
import asyncio

from seconds import seconds


async def run_race(name, start):
    print(name, "is ready")
    await start.wait()
    print(name, "runs")


async def main():
    start = asyncio.Event()
    race = asyncio.gather(*(run_race(name, start) for name in "ABC"))
    await asyncio.sleep(seconds(1))
    print("go!")
    start.set()
    await race


asyncio.run(main())
