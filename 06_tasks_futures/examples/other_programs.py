"""Other programs: to give them something to do, to listen to them, and to end
them."""
import asyncio
from asyncio.subprocess import PIPE

from seconds import seconds


async def sort_fruits():
    process = await asyncio.create_subprocess_exec(
        "sort", "--reverse", stdin=PIPE, stdout=PIPE)
    output, errors = await process.communicate(b"fig\npear\napple\n")
    print(output.decode(), end="")
    print("sort has ended with", process.returncode)


async def count():
    process = await asyncio.create_subprocess_shell(
        "for i in 1 2 3; do echo line $i; done; exit 7", stdout=PIPE)
    async for line in process.stdout:
        print("the shell says:", line.decode(), end="")
    print("it has ended with", await process.wait())


async def wait_in_vain():
    process = await asyncio.create_subprocess_exec("sleep", "1000")
    try:
        await asyncio.wait_for(process.wait(), seconds(1))
    except TimeoutError:
        print("sleep takes too long")
        process.terminate()
    print("it has ended with", await process.wait())


async def main():
    await sort_fruits()
    await count()
    await wait_in_vain()


asyncio.run(main())
