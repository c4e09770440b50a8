"""Ten downloads at once: together they take as long as the slowest. Each is
written to a file, and since that blocks, a thread does it."""
import asyncio
import tempfile
from pathlib import Path

import tiny_http
from files import file_path, write_file
from stopwatch import Stopwatch
from upstream import FILES, start_upstream


async def download(url, path):
    return await asyncio.to_thread(write_file, path, await tiny_http.get(url))


async def download_all(server, folder):
    stopwatch = Stopwatch()
    downloads = [download(server + file_path(number), folder / ("file-%d" % number))
                 for number in range(1, FILES + 1)]
    for size in await asyncio.gather(*downloads):
        print(size, "bytes")
    print("ten downloads took %d second(s): the slowest of them" % stopwatch.whole_seconds())


async def main():
    upstream, server = await start_upstream()
    with tempfile.TemporaryDirectory() as folder:
        async with upstream:
            await download_all(server, Path(folder))


asyncio.run(main())
