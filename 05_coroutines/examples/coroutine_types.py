"""What an asynchronous function is, and what its call gives."""
import asyncio


# [region types]
def g():
    yield 1


async def f():
    try:
        print("f begins")
        await asyncio.sleep(0)
        print("f goes on")
        return 42
    finally:
        print("f tidies up")
# [end types]


def type_name(thing):
    return type(thing).__name__


generator = g()
coroutine = f()
print("g is a %s, g() a %s" % (type_name(g), type_name(generator)))
print("f is a %s, f() a %s" % (type_name(f), type_name(coroutine)))

coroutine.send(None)
print("f waits")
try:
    coroutine.send(None)
except StopIteration as end:
    print("f has returned", end.value)

closed = f()
closed.send(None)
print("f waits, and is closed")
closed.close()
