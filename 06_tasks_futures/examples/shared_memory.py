"""Threads share their memory, processes do not."""
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

counter = 0


def count():
    global counter
    counter += 1
    return counter


def measure(name, executor):
    global counter
    counter = 0
    there = executor.submit(count).result()
    print(f"in a {name} it is {there}, and here {counter}")


if __name__ == "__main__":
    with ProcessPoolExecutor(1) as processes, ThreadPoolExecutor(1) as threads:
        measure("thread", threads)
        measure("process", processes)
