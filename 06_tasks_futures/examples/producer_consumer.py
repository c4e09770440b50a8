"""A queue between one who makes and two who take: when it is full, the one waits;
when it is empty, the others do."""
import asyncio


async def produce(orders):
    for number in range(1, 6):
        await orders.put(number)
        print("order", number, "is in")


async def consume(name, orders):
    while True:
        number = await orders.get()
        print(name, "begins order", number)
        await asyncio.sleep(0)
        print(name, "has done order", number)
        orders.task_done()


async def main():
    orders = asyncio.Queue(2)
    cooks = [asyncio.create_task(consume(name, orders)) for name in "AB"]
    await produce(orders)
    await orders.join()
    print("all orders are done")
    for cook in cooks:
        cook.cancel()
    await asyncio.gather(*cooks, return_exceptions=True)


asyncio.run(main())
