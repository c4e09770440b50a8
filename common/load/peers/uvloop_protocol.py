"""The echo server of asyncio_protocol.py on uvloop, installed as uvloop's README says."""
from __future__ import annotations

import uvloop
from asyncio_protocol import start
from asyncio_server import run

if __name__ == "__main__":
    uvloop.install()
    run(start)
