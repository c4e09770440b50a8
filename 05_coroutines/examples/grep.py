"""A generator that is given lines and gives none."""
import functools


def primed(function):
    @functools.wraps(function)
    def start(*arguments):
        generator = function(*arguments)
        next(generator)
        return generator

    return start


# [region grep]
@primed
def grep(pattern):
    print("Searching for", pattern)
    while True:
        line = yield
        if pattern in line:
            print(line)
# [end grep]


search = grep("coroutine")
search.send("I love you")
search.send("Don't you love me?")
search.send("I love coroutines instead!")
search.close()
try:
    search.send("a second coroutine")
except StopIteration:
    pass
else:
    raise SystemExit(1)
