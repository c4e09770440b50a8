"""What differs from run to run, and so isn't compared: one list for all pages.

Both the shown and the actual output pass through these patterns before they
are compared. Each pattern is as narrow as its case allows: what is masked here
is checked nowhere. Port 5000, counts and sizes stay as they are.
"""
from __future__ import annotations

import re

MASKS: list[tuple[re.Pattern[str], str]] = [
    # A port the kernel chose: five digits behind a loopback address.
    (re.compile(r"(127\.0\.0\.1|\[::1\]):[1-9]\d{4}\b"), r"\1:<port>"),
    # A process: `pid 1234`, and the shell's `[1] 1234` for a background job.
    (re.compile(r"\b(pid|PID)([ =:]+)\d+"), r"\1\2<pid>"),
    (re.compile(r"^\[(\d+)\] \d+$"), r"[\1] <pid>"),
    # How many of the clients the kernel gave to a worker.
    (re.compile(r"^(worker \d+ served) \d+ clients?$"), r"\1 <some>"),
    # A measured duration: `0.123 s`, `12 ms`, `1m2.345s` of the shell's `time`.
    (re.compile(r"\b\d+m\d+\.\d+s\b"), "<time>"),
    (re.compile(r"\s*\b\d[\d,]*(\.\d+)? ?(ns|us|µs|ms|s|sec|seconds)\b"), " <time>"),
    # A share of the processor, and resident memory as the kernel reports it.
    (re.compile(r"\s*\b\d+(\.\d+)? ?% ?(?=CPU|cpu|of a core)"), " <share> "),
    (re.compile(r"\b(VmRSS:|VmHWM:|RSS:?)\s*[\d,.]+ ?(kB|KiB|MiB)\b"), r"\1 <memory>"),
]


def masked(line: str) -> str:
    """The line as it is compared; white space at its end doesn't count."""
    for pattern, replacement in MASKS:
        line = pattern.sub(replacement, line)
    return line.rstrip()
