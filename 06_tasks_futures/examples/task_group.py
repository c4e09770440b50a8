"""A block that no task outlives: if one fails, the others are cancelled."""
import asyncio
import sys

from seconds import seconds


async def download(page, length):
    try:
        await asyncio.sleep(seconds(length))
    except asyncio.CancelledError:
        print(page, "is called off")
        raise
    if length == 2:
        raise RuntimeError(page + " is not there")
    print(page, "is there")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(download("a.html", 1))
            group.create_task(download("b.html", 2))
            group.create_task(download("c.html", 3))
    except Exception as group:
        print(group)
        for each in group.exceptions:
            print("-", each)


if sys.version_info < (3, 11):
    sys.exit("needs Python 3.11")
asyncio.run(main())
