"""How long a coroutine takes: a word when it begins, and one when it ends."""
import functools

from stopwatch import Stopwatch


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
