"""What a run prints at its end: tables, notes, where the files are, the verdict."""
from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import Any, Sequence

import cells
import notes
import pictures
import tables
import text
from contestants import YARDSTICK, Contestant, Places, why_missing
from results import Results

WIDTH = 100


def put(stream: Any, line: str = "", bold: bool = False) -> None:
    line = text.fitting(line, stream)
    if bold and stream.isatty() and "NO_COLOR" not in os.environ:
        line = f"\033[1m{line}\033[0m"
    print(line, file=stream)


def everything(results: Results, stream: Any) -> None:
    for cell in results.cells():
        heading(f"{cell.pretty}: {cell.words}", stream)
        for line in text.lines(tables.of_cell(results, cell)):
            put(stream, line)
    heading(f"lowest CPU a message, as a multiple of {YARDSTICK}'s", stream)
    for line in text.lines(tables.matrix(results)):
        put(stream, line)
    put(stream)
    for note in notes.of(results):
        put(stream, wrapped(note))


def heading(words: str, stream: Any) -> None:
    put(stream)
    put(stream, words, bold=True)


def wrapped(note: str) -> str:
    """The first line of a note is wrapped; what a server said below it stays as it is."""
    first, *rest = note.splitlines() or [""]
    lines = textwrap.wrap(first, WIDTH, initial_indent="- ", subsequent_indent="  ",
                          break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, *(f"  {line}" for line in rest)])


def files(results: Results, json: Path, folder: Path, stream: Any) -> None:
    """Draws the plots, and says where all files are, as seen from the reader's folder."""
    problems = pictures.draw(results, json.parent)
    drawn = [picture.name for picture in sorted(json.parent.glob("*.svg"))]
    put(stream)
    put(stream, f"written to {seen_from(folder.resolve(), json.parent)}: "
                f"{', '.join([json.name, *drawn])}")
    for problem in problems:
        put(stream, wrapped(problem))


def seen_from(folder: Path, place: Path) -> Path:
    return place.relative_to(folder) if folder in place.parents else place


def verdict(results: Results, server: str, stream: Any) -> None:
    words = tables.verdict(results, server)
    if words and results.context.get("noise"):
        words += " (but see what is said of noise)"
    put(stream)
    put(stream, words or f"{server}: no verdict, as no measurement of it has succeeded", bold=True)


def contestants_and_cells(everybody: Sequence[Contestant], places: Places) -> None:
    for title, members in (
            ("contestants", [one for one in everybody if not one.peer]),
            ("peers, with --peers", [one for one in everybody if one.peer])):
        heading(title, sys.stdout)
        for one in members:
            why = why_missing(one, places)
            put(sys.stdout, f"  {one.name:16}  {one.what}" + f" ({why})" * bool(why))
    for title, members in (("cells", cells.MAIN), ("cells with idle connections", cells.IDLE)):
        heading(title, sys.stdout)
        for cell in members:
            put(sys.stdout, f"  {cell.text:16}  {cell.words}")
