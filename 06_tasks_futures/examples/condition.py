"""To wait until something is true, and to look with the lock held: each guest
waits until there is a plate left."""
import asyncio


class Table:
    def __init__(self):
        self.plates = 0
        self.changed = asyncio.Condition()


async def eat(name, table):
    async with table.changed:
        await table.changed.wait_for(lambda: table.plates > 0)
        table.plates -= 1
        print("%s eats, plates left: %d" % (name, table.plates))


async def serve(table, plates):
    async with table.changed:
        table.plates += plates
        print("plates served:", plates)
        table.changed.notify_all()


async def main():
    table = Table()
    guests = asyncio.gather(*(eat(name, table) for name in "ABC"))
    await asyncio.sleep(0)
    await serve(table, 1)
    await asyncio.sleep(0)
    await serve(table, 2)
    await guests


asyncio.run(main())
