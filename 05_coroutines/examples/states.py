"""The four states of a generator."""
import inspect


# [region states]
def name(generator):
    return inspect.getgeneratorstate(generator).replace("GEN_", "").lower()


def look():
    print(name(looker))
    yield
# [end states]


looker = look()
print(name(looker))
next(looker)  # prints "running"
print(name(looker))
looker.close()
print(name(looker))
