"""A server of our own that takes its time: cities and their weather, and files
to download. What the examples of HTTP ask."""
import asyncio
import json
import threading
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import tiny_http
from seconds import seconds

CITIES = {
    "Oslo": ("snow, -4 °C", 1.5), "Lisboa": ("sun, 17 °C", 0.5),
    "Zürich": ("fog, 2 °C", 2.25), "Kraków": ("clouds, 3 °C", 3),
    "Αθήνα": ("sun, 15 °C", 0.25), "Москва": ("snow, -9 °C", 2),
    "Nairobi": ("sun, 24 °C", 1), "東京": ("rain, 11 °C", 2.75),
    "São Paulo": ("storm, 27 °C", 1.75), "Reykjavík": ("sleet, 1 °C", 0.75),
    "Québec": ("snow, -12 °C", 2.5), "Wellington": ("wind, 19 °C", 1.25),
}
FILE_SECONDS = (1.5, 0.5, 2, 1, 0.5, 1, 0.5, 1, 1.5, 0.5)
FILES = len(FILE_SECONDS)


async def answer(target):
    parts = urlsplit(target)
    folder, _, name = parts.path.lstrip("/").partition("/")
    if folder == "weather":
        city = parse_qs(parts.query)["city"][0]
        weather, time = CITIES[city]
        await asyncio.sleep(seconds(time))
        return 200, {}, json.dumps({"city": city, "weather": weather}, ensure_ascii=False).encode()
    if folder == "moved":
        return 301, {"Location": "/files/" + name}, b""
    if folder == "files":
        await asyncio.sleep(seconds(FILE_SECONDS[int(name) - 1]))
        return 200, {}, b"x" * (100_000 * int(name))
    raise tiny_http.HttpError(404, "no such page")


async def start_upstream():
    """It, and its address. It ends with the loop."""
    return await tiny_http.start_server(answer)


@contextmanager
def upstream_thread():
    """The same in a loop and a thread of its own, for those who block theirs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(start_upstream(), loop).result()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
