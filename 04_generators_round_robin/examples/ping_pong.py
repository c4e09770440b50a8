"""Value and control go back and forth together: who prints, runs."""


# [region count]
def count_to(last):
    print("  generator: begins")
    for number in range(1, last + 1):
        print("  generator: yields", number)
        yield number
        print("  generator: goes on")
    print("  generator: ends")
# [end count]


# [region main]
numbers = count_to(2)
print("caller: has called count_to, and asks")
while (number := next(numbers, None)) is not None:
    print(f"caller: has {number}, and asks again")
print("caller: has them all")
# [end main]
