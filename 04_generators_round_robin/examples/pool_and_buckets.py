"""Round robin: two generators in one queue, one value each in turn."""


# [region generators]
def gen1(text):
    for letter in text:
        yield letter


def gen2(n):
    for i in range(n):
        yield n
# [end generators]


# [region main]
tasks = [gen1("string"), gen2(6)]
while tasks:
    task = tasks.pop(0)
    try:
        print(next(task))
        tasks.append(task)
    except StopIteration:
        pass
# [end main]
