"""A generator that stands before another, with no help from the language."""


# [region values]
def letters(text):
    for letter in text:
        yield letter


def pass_on(callee):
    for letter in callee:
        yield letter
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
    try:
        yielded = next(callee)
        while True:
            try:
                message = yield yielded
            except GeneratorExit:
                callee.close()
                raise
            except Exception as error:
                yielded = callee.throw(error)
            else:
                yielded = callee.send(message)
    except StopIteration as end:
        print(end.value)
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
