"""Several at once, whichever ends first: in the order of their ends, and only the first of them."""
import asyncio

from seconds import seconds


async def sleep_and_return(count):
    await asyncio.sleep(seconds(count))
    return count


def three_tasks():
    return [asyncio.create_task(sleep_and_return(count)) for count in (3, 1, 2)]


async def all_of_them():
    for completed in asyncio.as_completed(three_tasks()):
        print("next came", await completed)


async def first_of_them():
    done, pending = await asyncio.wait(three_tasks(), return_when=asyncio.FIRST_COMPLETED)
    print("first came %d, %d are left" % (done.pop().result(), len(pending)))
    for task in pending:
        task.cancel()


asyncio.run(all_of_them())
asyncio.run(first_of_them())
