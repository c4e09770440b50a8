"""A running mean, which is returned when an exception is thrown in."""
import itertools


# [region average]
def average():
    total = 0
    mean = 0
    try:
        for count in itertools.count(1):
            total += yield mean
            mean = total / count
    except StopIteration:
        return mean
# [end average]


generator = average()
next(generator)
print("%g" % generator.send(5))
print("%g" % generator.send(6))
try:
    generator.throw(StopIteration)
except StopIteration as end:
    print("Average %g" % end.value)
