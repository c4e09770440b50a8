"""Value out, value in: `message = yield x` turns a corner."""


# [region corner]
def corner():
    x = "HI"
    message = yield x
    print(message)
    yield "Nice"
# [end corner]


generator = corner()
print(next(generator))
print(generator.send("Hello"))
