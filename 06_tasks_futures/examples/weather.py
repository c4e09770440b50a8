"""Twelve cities asked at once: whichever answers first, and then all of them in
order."""
import asyncio
import json
from urllib.parse import quote

import tiny_http
from stopwatch import Stopwatch
from upstream import CITIES, start_upstream


async def report(server, city):
    body = await tiny_http.get(server + "/weather?city=" + quote(city))
    return city + ": " + json.loads(body)["weather"]


async def print_report(server, city):
    print(await report(server, city))


def print_time(stopwatch):
    print("all twelve took %d second(s)" % stopwatch.whole_seconds())


async def whoever_is_first(server):
    stopwatch = Stopwatch()
    tasks = [asyncio.create_task(print_report(server, city)) for city in CITIES]
    for task in tasks:
        await task
    print_time(stopwatch)


async def in_order(server):
    stopwatch = Stopwatch()
    reports = [report(server, city) for city in CITIES]
    for text in await asyncio.gather(*reports):
        print(text)
    print_time(stopwatch)


async def main():
    upstream, server = await start_upstream()
    async with upstream:
        await whoever_is_first(server)
        await in_order(server)


asyncio.run(main())
