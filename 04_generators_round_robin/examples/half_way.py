"""A generator that nobody asks any further."""


# [region numbers]
def numbers():
    try:
        number = 1
        while True:
            yield number
            number += 1
    finally:
        print("  tidied up")
# [end numbers]


# [region main]
some = numbers()
print("the first is", next(some))
print("nobody asks for a second")
del some
print("that was the generator's end")
others = numbers()
print("another one is never asked")
del others
print("and has nothing to tidy up")
# [end main]
