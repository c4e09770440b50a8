"""What many examples share: a call that takes its time, and says so; and a word
about how long a coroutine takes."""
import asyncio
import functools

from seconds import seconds
from stopwatch import Stopwatch


async def delay(count):
    print("sleeping for %d second(s)" % count)
    await asyncio.sleep(seconds(count))
    print("finished sleeping for %d second(s)" % count)
    return count


def async_timed(function):
    @functools.wraps(function)
    async def timed(*arguments):
        print("starting", function.__name__)
        stopwatch = Stopwatch()
        try:
            return await function(*arguments)
        finally:
            print("finished %s in %.4f s" % (function.__name__, stopwatch.seconds()))
    return timed
