"""A series without an end, and nothing that holds it."""
from itertools import islice


# [region fibonacci]
def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
# [end fibonacci]


# [region below]
def print_below(limit):
    print(f"below {limit}:", end="")
    for number in fibonacci():
        if number >= limit:
            break
        print("", number, end="")
    print()
# [end below]


# [region even]
def print_even(count):
    even = (number for number in fibonacci() if number % 2 == 0)
    print(f"the first {count} even ones:", *islice(even, count))
# [end even]


# [region last]
def print_last():
    for number in fibonacci():
        if number >= 2**64:
            break
        last = number
    print("the last that fits into 64 bits:", last)
# [end last]


print_below(100)
print_even(5)
print_last()
