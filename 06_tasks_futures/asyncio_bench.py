"""What Python's asyncio and uvloop need for what asyncio_bench measures. It runs this, and sets it
beside our own:

    python3 06_tasks_futures/asyncio_bench.py create_task uvloop

prints the seconds that one create_task and await takes on uvloop's loop. With `has` before these
it only tries whether it can. The loop around what is measured counts as well: some 10 ns.
"""
import asyncio
import resource
import sys
from itertools import repeat
from time import perf_counter


def main():
    *has, name, loop = sys.argv[1:]
    if loop == "uvloop":
        import uvloop  # not everybody has it
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if has:
        return
    for key, value in MEASURES[name]().items():
        print(key, value)


def timed(coroutine, n):
    async def measure():
        begin = perf_counter()
        await coroutine
        return perf_counter() - begin

    return {"seconds": asyncio.run(measure()) / n}


async def at_once():
    return 1


def await_(n=300_000):
    async def again_and_again():
        for _ in repeat(None, n):
            await at_once()

    return timed(again_and_again(), n)


async def turn_again_and_again(n):
    for _ in repeat(None, n):
        await asyncio.sleep(0)


def turn(n=100_000):
    return timed(turn_again_and_again(n), n)


def turns(n=300, tasks=1_000):
    async def all_of_them():
        await asyncio.gather(*(turn_again_and_again(n) for _ in range(tasks)))

    return timed(all_of_them(), n * tasks)


def call_soon(n=1_000, each=100):
    loop = asyncio.new_event_loop()
    begin = perf_counter()
    for _ in repeat(None, n):
        for _ in repeat(None, each):
            loop.call_soon(int)
        loop.stop()
        loop.run_forever()
    took = perf_counter() - begin
    loop.close()
    return {"seconds": took / (n * each)}


def wake_up(n=50_000):
    async def ping_pong():
        loop = asyncio.get_running_loop()
        ping, pong = loop.create_future(), loop.create_future()
        is_over = False

        async def answer():
            nonlocal pong
            while not is_over:
                if not ping.done():
                    ping.set_result(1)
                pong = loop.create_future()
                await pong

        other = asyncio.create_task(answer())
        for _ in repeat(None, n):
            ping = loop.create_future()
            if not pong.done():
                pong.set_result(1)
            await ping
        is_over = True
        pong.set_result(1)
        await other

    return timed(ping_pong(), 2 * n)


def create_task(n=100_000):
    async def create_and_await():
        for _ in repeat(None, n):
            await asyncio.create_task(at_once())

    return timed(create_and_await(), n)


def alive(n=200_000):
    async def sleep_an_hour():
        await asyncio.sleep(3600)

    async def measure():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = perf_counter()
        tasks = [asyncio.create_task(sleep_an_hour()) for _ in range(n)]
        await asyncio.sleep(0)
        took = perf_counter() - begin
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        for task in tasks:
            task.cancel()
        return {"seconds": took / n, "resident": used * 1024 / n}

    return asyncio.run(measure())


MEASURES = {"await": await_, "turn": turn, "turns": turns, "call_soon": call_soon,
            "wake_up": wake_up, "create_task": create_task, "alive": alive}

main()
