"""The program of delegate_by_hand.py, by `yield from`."""


# [region values]
def letters(text):
    for letter in text:
        yield letter


def pass_on(callee):
    yield from callee
# [end values]


# [region subgen]
class Enough(Exception):
    pass


def subgen():
    try:
        while True:
            message = yield
            print("subgen received", message)
    except Enough:
        print("subgen has had enough")
    return "Returned from subgen()"
# [end subgen]


# [region delegator]
def delegator(callee):
    result = yield from callee
    print(result)
# [end delegator]


passed_on = pass_on(letters("string"))
for _ in range(3):
    print(next(passed_on))

outer = delegator(subgen())
next(outer)
outer.send("Hello")
outer.send("world")
try:
    outer.throw(Enough())
except StopIteration:
    print("StopIteration")
