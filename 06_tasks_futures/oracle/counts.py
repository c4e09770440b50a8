"""What programs do: how often each statement ran, and what came of it."""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Iterator

from runners import Trace

WITH_KIND = {"catch", "with"}


class Counts:
    def __init__(self) -> None:
        self.outcomes: dict[str, Counter] = defaultdict(Counter)
        self.lengths: list[int] = []
        self.ends: list[int] = []  # times

    def add(self, trace: Trace) -> None:
        self.lengths.append(len(trace))
        self.ends.append(int(trace[-1].split()[0]))
        for line in trace:
            statement, outcome = statement_of(line)
            self.outcomes[statement][outcome] += 1

    def lines(self) -> Iterator[str]:
        for statement, outcomes in sorted(self.outcomes.items()):
            counted = ", ".join(f"{name} {n}" for name, n in outcomes.most_common())
            yield f"{statement:<22} {counted}"
        for name, values in (("lines", self.lengths), ("units of time", self.ends)):
            tenths = [sorted(values)[len(values) * n // 10] for n in range(1, 10)]
            yield f"{name}: {min(values)} to {max(values)}, tenths {tenths}"


def statement_of(line: str) -> tuple[str, str]:
    """Of a line of a trace: its statement and what came of it, both without numbers."""
    words = line.split()
    who, rest = words[1], words[2:]
    mark = next(place for place, word in enumerate(rest) if word in ("=", "!"))
    outcome = re.sub(r"[\[(].*", "", rest[mark + 1]) or "list"
    outcome = re.sub(r"\d+", "N", outcome)
    name = rest[0] + (" " + rest[1] if rest[0] in WITH_KIND else "")
    if who in ("main", "end", "loop"):
        name = who + (" unretrieved" if rest[mark - 1] == "unretrieved" else "")
    return name, outcome
