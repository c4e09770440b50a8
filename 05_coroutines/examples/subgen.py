"""Nobody can be sent a value before the yield that is to give it."""


# [region subgen]
def subgen():
    message = yield
    print(message)
# [end subgen]


generator = subgen()
try:
    generator.send("too early")
except TypeError as error:
    # Python's words are "can't send non-None value": C++ knows what None is.
    print("TypeError:", str(error).replace("non-None", "a"))
next(generator)
try:
    generator.send("Hello")
except StopIteration:
    print("StopIteration")
