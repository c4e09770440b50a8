"""Coroutines give their turn away at an await, and nowhere else."""
import asyncio

counter = 0


# [region count]
async def count():
    global counter
    for i in range(100_000):
        value = counter
        counter = value + 1
        if i % 1_000 == 0:
            await asyncio.sleep(0)
# [end count]


# [region speak]
async def speak(name):
    print(name, "says one")
    print(name, "says two")
    await asyncio.sleep(0)
    print(name, "says three")
    print(name, "says four")
# [end speak]


async def main():
    await asyncio.gather(count(), count())
    print("two coroutines counted to", counter)
    await asyncio.gather(speak("A"), speak("B"))


asyncio.run(main())
