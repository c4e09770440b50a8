"""What the loop does: it takes the first who is ready, lets it go on to where it
waits, takes the next; and when all have had their turn, begins anew."""
import asyncio


def tell_turn(number):
    print("turn", number)
    if number < 4:
        asyncio.get_running_loop().call_soon(tell_turn, number + 1)


def tell_step():
    print("  a step of", asyncio.current_task().get_name())


async def work(steps):
    for _ in range(steps):
        tell_step()
        await asyncio.sleep(0)


async def main():
    tell_step()
    asyncio.get_running_loop().call_soon(tell_turn, 2)
    long = asyncio.create_task(work(3))
    short = asyncio.create_task(work(1))
    await long
    await short


print("turn", 1)
asyncio.run(main())
