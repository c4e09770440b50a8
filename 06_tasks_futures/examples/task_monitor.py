"""A task that tells of all the others what they are about."""
import asyncio

from delay import delay
from seconds import seconds


def state_of(task):
    if task is asyncio.current_task():
        return "running"
    if task.cancelling():
        return "to be cancelled"
    return "waiting"


def print_tasks():
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        print("%-10s %s" % (task.get_name(), state_of(task)))


async def monitor_tasks(period):
    while True:
        print_tasks()
        await asyncio.sleep(period)


async def main():
    tea = asyncio.create_task(delay(1), name="tea")
    coffee = asyncio.create_task(delay(3), name="coffee")
    print_tasks()
    monitor = asyncio.create_task(monitor_tasks(seconds(2)), name="monitor")
    await tea
    await coffee
    monitor.cancel()
    print_tasks()


asyncio.run(main())
