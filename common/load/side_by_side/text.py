"""Tables as lines of a terminal."""
from __future__ import annotations

from typing import Any, Iterable, Sequence

from tables import Table

GAP = "  "
PLAIN = str.maketrans({"×": "x", "–": "-", "µ": "u", "─": "-", "━": "#", "·": ".", "…": "."})


def fitting(text: str, stream: Any) -> str:
    """The text, without signs that this stream's encoding lacks."""
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)


def lines(table: Table) -> list[str]:
    widths = [max(len(cell) for cell in column)
              for column in zip(*table.headings, *table.rows)]
    left = left_columns(table)
    written = [aligned(row, widths, left) for row in (*table.headings, *table.rows)]
    if any(table.groups):
        written.insert(0, group_line(table.groups, widths))
    return written


def left_columns(table: Table) -> set[int]:
    """Numbers stand to the right; names to the left."""
    titles = table.headings[0]
    return {titles.index("server")} if "server" in titles else {0}


def aligned(row: Sequence[str], widths: Sequence[int], left: Iterable[int]) -> str:
    return GAP.join(cell.ljust(width) if index in left else cell.rjust(width)
                    for index, (cell, width) in enumerate(zip(row, widths))).rstrip()


def group_line(groups: Sequence[str], widths: Sequence[int]) -> str:
    """Each group's name above its columns, with a rule as wide as they are."""
    spans: list[tuple[str, int]] = []
    for group, width in zip(groups, widths):
        if spans and group and spans[-1][0] == group:
            spans[-1] = (group, spans[-1][1] + len(GAP) + width)
        else:
            spans.append((group, width))
    return GAP.join((f"─ {name} " if len(name) + 3 <= width else name[:width]).ljust(width, "─")
                    if name else " " * width for name, width in spans).rstrip()
