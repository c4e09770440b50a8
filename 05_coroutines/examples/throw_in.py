"""Any exception can be thrown in at the yield where a generator stands."""
import inspect


# [region throw_in]
class Interruption(Exception):
    pass


def listen():
    while True:
        try:
            yield
        except (IndexError, Interruption) as error:
            print("caught within:", error)
# [end throw_in]


listener = listen()
next(listener)
listener.throw(IndexError("one of the library's"))
listener.throw(Interruption("one of our own"))
try:
    listener.throw(ValueError("one it doesn't know"))
except ValueError as error:
    print("came out:", error)
if inspect.getgeneratorstate(listener) == inspect.GEN_CLOSED:
    print("closed")
