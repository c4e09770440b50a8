"""Ten thousand tasks, and the threads in which they run: one."""
import asyncio
import threading

threads = set()


async def note_thread():
    threads.add(threading.get_ident())
    await asyncio.sleep(0)
    threads.add(threading.get_ident())


async def main():
    await asyncio.gather(*(note_thread() for _ in range(10_000)))
    print("threads in which 10000 tasks ran:", len(threads))
    print("threads of the process:", threads_of_process())


def threads_of_process():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("Threads:"):
                return line.split()[1]


asyncio.run(main())
