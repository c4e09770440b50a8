"""What Python's threads and processes make of eight computations. executors_bench runs this, and
sets it beside our own:

    python3 06_tasks_futures/executors_bench.py threads 2

prints the seconds that all of them take in two threads.
"""
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from time import perf_counter

JOBS = 8
EXECUTORS = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}


def compute(n):
    number = 1
    for _ in range(n):
        number = (number * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
    return number >> 16


def main():
    kind, workers, *few = sys.argv[1:]
    n = int(few[0]) if few else 500_000
    with EXECUTORS[kind](int(workers)) as executor:
        list(executor.map(compute, [1] * JOBS))  # from here on the workers exist
        begin = perf_counter()
        list(executor.map(compute, [n] * JOBS))
        print("seconds", perf_counter() - begin)


if __name__ == "__main__":
    main()
