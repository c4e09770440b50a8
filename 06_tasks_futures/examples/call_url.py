"""Three pages asked for at once."""
import asyncio

import tiny_http
from upstream import start_upstream


async def call_url(server, page):
    print("Starting " + page)
    body = await tiny_http.get(server + page)
    print("%s: %d bytes: %s ..." % (page, len(body), body[:8].decode()))


async def main():
    upstream, server = await start_upstream()
    async with upstream:
        tasks = [asyncio.create_task(call_url(server, page))
                 for page in ("/files/1", "/files/2", "/files/3")]
        done, pending = await asyncio.wait(tasks)
        print("%d done, %d pending" % (len(done), len(pending)))


asyncio.run(main())
