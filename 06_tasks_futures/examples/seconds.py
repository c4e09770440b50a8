"""How long a second lasts in these examples: a real one, or what the variable
ECHO_LADDER_SECOND says, so that nobody has to wait for their tests."""
import os

SECOND = float(os.environ.get("ECHO_LADDER_SECOND", 1))


def seconds(count):
    return count * SECOND
