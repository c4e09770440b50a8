"""A function that waits for two others, written with generators by hand."""


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
    first = phase1()
    while True:
        try:
            yield next(first)
        except StopIteration as end:
            result1 = end.value
            break
    print("waiting for result2")
    second = phase2(result1)
    while True:
        try:
            yield next(second)
        except StopIteration as end:
            result2 = end.value
            break
    return result1, result2
# [end chain]


chain = outer()
while True:
    try:
        next(chain)
    except StopIteration as end:
        print("return value:", end.value)
        break
