"""A coroutine that nobody awaits doesn't run, and says so when it dies."""
import warnings


def without_the_source_line(message, category, filename, lineno, line=None):
    return f"{filename}:{lineno}: {category.__name__}: {message}\n"


# [region never_awaited]
async def custom_coro():
    print("nobody sees this")
# [end never_awaited]


warnings.formatwarning = without_the_source_line
custom_coro()
