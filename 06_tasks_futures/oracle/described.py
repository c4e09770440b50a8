"""How results and errors stand in traces."""
from __future__ import annotations

import asyncio
from typing import Any


class Error(Exception):
    """What `raise N` raises."""


def described(outcome: Any) -> str:
    if isinstance(outcome, bool) or outcome is None:
        return str(outcome).lower()
    if isinstance(outcome, list):
        return "[" + " ".join(map(described, outcome)) + "]"
    if isinstance(outcome, BaseException):
        return described_error(outcome)
    return str(outcome)


def described_error(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        return "Group(" + " ".join(map(described_error, error.exceptions)) + ")"
    if isinstance(error, (Error, asyncio.CancelledError, RuntimeError, ValueError)):
        # Behind a colon or a bracket comes what differs: an object's repr.
        message = str(error).split("<")[0].split(":")[0].strip()
        return f"{name}({message})" if message else name
    return name


def state_of(future: asyncio.Future) -> str:
    return "cancelled" if future.cancelled() else "done" if future.done() else "pending"
