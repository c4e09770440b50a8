"""The same ten downloads by calls that block: coroutines or not, there is one
thread, and they go one after the other. You should see them take five times
as long: ten seconds, which is all of them together."""
import asyncio
import tempfile
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from files import file_path, write_file
from stopwatch import Stopwatch
from upstream import FILES, upstream_thread

opener = build_opener(ProxyHandler({}))


async def download(url, path):
    with opener.open(url) as response:
        return write_file(path, response.read())


async def main(server, folder):
    stopwatch = Stopwatch()
    downloads = [download(server + file_path(number), folder / ("file-%d" % number))
                 for number in range(1, FILES + 1)]
    for size in await asyncio.gather(*downloads):
        print(size, "bytes")
    print("ten downloads took %d second(s): all of them together" % stopwatch.whole_seconds())


with tempfile.TemporaryDirectory() as folder, upstream_thread() as server:
    asyncio.run(main(server, Path(folder)))
