"""As much HTTP as the twins of the examples need: a server and a client on
asyncio's streams."""
import asyncio
from urllib.parse import urljoin, urlsplit


class HttpError(Exception):
    """An answer that is none, or a status to answer."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


async def read_head(reader):
    """The first line, and the headers."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in lines[1:] if line)
    return lines[0], {name.lower(): value.strip() for name, _, value in fields}


async def get_once(url):
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        target = parts.path + ("?" + parts.query if parts.query else "")
        writer.write(("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                      % (target, parts.netloc)).encode())
        line, headers = await read_head(reader)
        body = await reader.readexactly(int(headers["content-length"]))
        return int(line.split()[1]), headers, body
    finally:
        writer.close()


async def get(url):
    """The body of a page; redirections are followed."""
    while True:
        status, headers, body = await get_once(url)
        if status in (301, 302, 303, 307, 308):
            url = urljoin(url, headers["location"])
        elif status == 200:
            return body
        else:
            raise HttpError(status, "%s answers %d" % (url, status))


async def start_server(answer):
    """Each request is a connection; `answer(target)` gives status, headers and
    body. The server, and its address."""
    async def serve(reader, writer):
        line, _ = await read_head(reader)
        try:
            status, headers, body = await answer(line.split()[1])
        except HttpError as error:
            status, headers, body = error.status, {}, str(error).encode()
        headers = {**headers, "Content-Length": len(body), "Connection": "close"}
        head = ["HTTP/1.1 %d -" % status, *("%s: %s" % each for each in headers.items())]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, "http://%s:%d" % server.sockets[0].getsockname()
