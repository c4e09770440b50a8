"""What run does, by hand: a loop is made, runs main, and is closed, whatever
happens."""
import asyncio


async def answer():
    return 42


async def fail():
    raise ValueError("no luck")


def run_by_hand(main):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()
        print("the loop is closed")


print("main returned", run_by_hand(answer()))
try:
    run_by_hand(fail())
except ValueError as error:
    print("main has failed:", error)
