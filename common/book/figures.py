"""Tables, figures and plots come from committed measurements.

A chapter keeps Google Benchmark's JSON in `measured/`, and beside it a
`figures.py` that says how each table, figure and plot is made of it:

    tables = {"NAME": function(benchmarks) -> rows of cells, the heading first}
    figures = {"NAME": function(benchmarks) -> text}
    plots = {"NAME": plots.Plot(...)}

So this module knows no chapter, and no figure stands in a text that the
measurement doesn't give again.
"""
from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Iterator, Optional

import plots
from benchmark_json import Benchmarks
from pages import BookError, Page, Passage, Problem, without_code_spans

TABLE = re.compile(r"^\s*<!--\s*table:\s*(?P<file>\S+)\s+(?P<name>\S+)\s*-->\s*$")
TABLE_END = re.compile(r"^\s*<!--\s*end table\s*-->\s*$")
FIGURE = re.compile(r"(?P<mark><!--\s*figure:\s*(?P<file>\S+)\s+(?P<name>\S+)\s*-->)"
                    r"(?P<value>.*?)(?P<end><!--\s*end\s*-->)")
ANY_MARK = re.compile(r"<!--\s*(table|figure)\s*:")


def passages(page: Page) -> tuple[list[Passage], list[Problem]]:
    """What each table and each line with a figure should be, and what is wrong."""
    found: list[Passage] = []
    problems: list[Problem] = []
    ends = [line for line, text in page.prose if TABLE_END.match(text)]
    for line, text in page.prose:
        try:
            passage = passage_at(page, line, text, ends)
        except BookError as error:
            problems.append(page.problem(line, str(error)))
            continue
        if passage:
            found.append(passage)
    return found, problems


def passage_at(page: Page, line: int, text: str, ends: list[int]) -> Optional[Passage]:
    """The table that begins in this line, or the line with its figures."""
    plain = without_code_spans(text)
    if not ANY_MARK.search(plain):
        return None
    table = TABLE.match(plain)
    if table:
        end = next((end for end in ends if end > line), None)
        if end is None:
            raise BookError("this table has no `<!-- end table -->`")
        wanted = table_lines(page, table["file"], table["name"])
        return Passage(line + 1, end - line - 1, wanted, f"{table['file']} {table['name']}")
    if len(ANY_MARK.findall(plain)) != len(FIGURE.findall(plain)):
        raise BookError("this mark isn't complete: `<!-- table: FILE NAME -->` on its own line, or "
                        "`<!-- figure: FILE NAME -->VALUE<!-- end -->` within one line")
    return Passage(line, 1, [with_figures(page, text)], "its measurement")


def table_lines(page: Page, file: str, name: str) -> list[str]:
    """The markdown table, with a caption that says where it comes from."""
    path = page.resolve(file)
    benchmarks = Benchmarks(path)
    rows = made("tables", name, path, benchmarks)
    if len({len(row) for row in rows}) != 1:
        raise BookError(f"the rows of table `{name}` differ in their number of cells")
    return ["", *markdown(rows), "", f"*{benchmarks.caption()}*", ""]


def markdown(rows: list[list[str]]) -> list[str]:
    """The first column to the left, the others, which hold numbers, to the right."""
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*rows)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    aligned = [[row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width
                                           in zip(row[1:], widths[1:]))] for row in rows]
    return [f"| {' | '.join(row)} |" for row in [aligned[0], rule, *aligned[1:]]]


def with_figures(page: Page, text: str) -> str:
    def renewed(figure: re.Match) -> str:
        path = page.resolve(figure["file"])
        benchmarks = Benchmarks(path)
        benchmarks.caption()  # a figure without its circumstances is none
        return figure["mark"] + made("figures", figure["name"], path, benchmarks) + figure["end"]
    return FIGURE.sub(renewed, text)


def made(kind: str, name: str, measured: Path, benchmarks: Benchmarks) -> Any:
    """Calls the function that the chapter registered under this name."""
    file = measured.parent / "figures.py"
    functions: dict[str, Callable] = getattr(load(file), kind, {})
    if name not in functions:
        known = ", ".join(functions) or "none"
        raise BookError(f"{kind} in {file.name} has no `{name}`; it has: {known}")
    try:
        return functions[name](benchmarks)
    except BookError:
        raise
    except Exception as error:  # the chapter's own mistake, whatever it is
        raise BookError(f"{kind}[\"{name}\"] in {file.name} fails: {error!r}") from error


@functools.lru_cache(maxsize=None)
def load(file: Path) -> ModuleType:
    """Runs a chapter's figures.py, which imports this folder's modules by name."""
    if not file.is_file():
        raise BookError(f"there is no {file.name} beside the measurements")
    spec = importlib.util.spec_from_file_location(f"figures_of_{file.parent.parent.name}", file)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise BookError(f"{file.name} can't be loaded: {error!r}") from error
    return module


# --- plots -----------------------------------------------------------------------

def figure_files(folders: list[Path]) -> list[Path]:
    files = [folder / "measured" / "figures.py" for folder in folders]
    return [file for file in files if file.is_file()]


def stale_plots(root: Path, folders: list[Path]) -> list[Problem]:
    """The plots whose sources have changed since they were drawn."""
    return [problem for file in figure_files(folders) for problem in stale_in(root, file)]


def stale_in(root: Path, file: Path) -> Iterator[Problem]:
    try:
        for name, plot in declared(file).items():
            if not is_fresh(file, name, plot):
                yield file_problem(root, file, f"the plot {plot.out} is out of date; "
                                               f"`book.py plot` draws it again")
    except BookError as error:
        yield file_problem(root, file, str(error))


def declared(file: Path) -> dict[str, plots.Picture]:
    return getattr(load(file), "plots", {})


def is_fresh(file: Path, name: str, plot: plots.Plot) -> bool:
    picture = file.parent / plot.out
    stamp = plots.stamp(file, name, plot)
    return picture.is_file() and stamp in picture.read_text(encoding="utf-8")


def draw_stale_plots(root: Path, folders: list[Path]) -> list[Problem]:
    return [problem for file in figure_files(folders) for problem in draw(root, file, True)]


def draw(root: Path, file: Path, only_stale: bool = False) -> Iterator[Problem]:
    """Draws the plots of one figures.py; says which, or why not."""
    try:
        for name, plot in declared(file).items():
            if only_stale and is_fresh(file, name, plot):
                continue
            plots.draw(file, name, plot)
            print(f"{(file.parent / plot.out).resolve()}: drawn")
    except BookError as error:
        yield file_problem(root, file, str(error))


def file_problem(root: Path, file: Path, message: str) -> Problem:
    name = file.relative_to(root) if root in file.parents else file
    return Problem(str(name), 1, message)
