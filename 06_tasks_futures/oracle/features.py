"""What programs may have, so that a version of Python runs them as 3.13 does."""
from __future__ import annotations

# What has come, or come to be as it is in 3.13, with a version of Python. Themes and
# statements that need it are left out for Pythons before that; and all of them for those
# after 3.13, of which nobody knows yet.
SINCE = {
    "wait_for": (3, 13),
    "uncancel": (3, 13),
    "gather_done": (3, 13),  # of what is done already
    "group": (3, 13),
    "semaphores": (3, 13),  # of several that are free at once
    "conditions": (3, 13),
    "barriers": (3, 13),  # which stand on conditions
    "shutdown": (3, 13),
    "timeouts": (3, 12),
}
# From 3.14 on, shield tells the loop of errors that come after a cancellation.
CHANGED_LATER = frozenset({"shield"})
REFERENCE = (3, 13)
EVERYTHING = CHANGED_LATER.union(SINCE)


def features_of(version: tuple[int, ...]) -> frozenset[str]:
    """What a program may have if it is to do the same there as in the REFERENCE."""
    version = version[:2]
    if version > REFERENCE:
        return frozenset()
    return CHANGED_LATER | {name for name, since in SINCE.items() if version >= since}
