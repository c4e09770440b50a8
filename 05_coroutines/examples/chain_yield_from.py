"""The program of chain_by_hand.py, by `yield from`."""


# [region chain]
def phase1():
    print("in phase1")
    yield
    return "result1"


def phase2(argument):
    print("in phase2")
    yield
    return "result2 derived from " + argument


def outer():
    print("in outer")
    print("waiting for result1")
    result1 = yield from phase1()
    print("waiting for result2")
    result2 = yield from phase2(result1)
    return result1, result2
# [end chain]


chain = outer()
while True:
    try:
        next(chain)
    except StopIteration as end:
        print("return value:", end.value)
        break
