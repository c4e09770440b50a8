"""What many examples share: a call that takes its time, and says so."""
import asyncio

from seconds import seconds


async def delay(count):
    print("sleeping for %d second(s)" % count)
    await asyncio.sleep(seconds(count))
    print("finished sleeping for %d second(s)" % count)
    return count
