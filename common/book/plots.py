"""Plots as SVG: lines with their spread.

matplotlib draws (and is imported only for that); palette.py makes the colours
right for light and dark pages. The picture carries a stamp of what it was drawn
from, so that a check without matplotlib can tell whether it is out of date.
Horizontal bars are in bars.py.
"""
from __future__ import annotations

import hashlib
import html
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence

from benchmark_json import Benchmarks, Point, count
from pages import BookError
from palette import LIGHT, LINES, MARKERS, recoloured, style_sheet

Series = dict[str, Sequence[Point]]

WIDTH, HEIGHT = 7.6, 4.4  # inches of 72 points
STYLE = {
    "svg.fonttype": "none",  # text stays text: it can be searched, and is read aloud
    "svg.hashsalt": "echo ladder",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Picture:
    """What every kind of plot has. `json` and `out` are paths from the folder of figures.py.

    A kind says how tall it is, and how it paints itself on a figure of that height."""

    json: str
    out: str
    title: str

    def sources(self) -> list[Path]:
        """The files besides figures.py and its JSON on which the picture depends."""
        return [Path(__file__), Path(__file__).with_name("palette.py")]

    def data(self, benchmarks: Benchmarks) -> Any:
        raise NotImplementedError

    def height(self, data: Any) -> float:
        return HEIGHT

    def paint(self, figure: Any, data: Any, caption: str) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Plot(Picture):
    """Lines. `series` makes labelled lines of the measurements; where `xnames` are given, x counts
    them from 0, and they stand at the ticks."""

    xlabel: str
    ylabel: str
    series: Callable[[Benchmarks], Series]
    logx: bool = False
    logy: bool = False
    xformat: Callable[[float], str] = count
    yformat: Callable[[float], str] = count
    xnames: Sequence[str] = ()

    def sources(self) -> list[Path]:
        return [*super().sources(), file_of(self.series)]

    def data(self, benchmarks: Benchmarks) -> Series:
        series = self.series(benchmarks)
        if not 0 < len(series) <= len(LINES):
            raise BookError(f"the plot {self.out} has {len(series)} lines; "
                            f"1 to {len(LINES)} can be told apart")
        return series

    def paint(self, figure: Any, data: Series, caption: str) -> None:
        axes = figure.add_axes(frame(data, self))
        set_axes(axes, self, data)
        ends = [draw_line(axes, points, *look) for points, look
                in zip(data.values(), zip(LINES, MARKERS))]
        draw_labels(axes, list(data), ends)
        axes.set_xlabel(self.xlabel, color=LIGHT["muted"], labelpad=6)
        write(figure, 0.935, self.title, fontsize=13, fontweight="bold", color=LIGHT["ink"])
        write(figure, 0.865, self.ylabel, color=LIGHT["muted"])
        write(figure, 0.035, foot(caption, "bars: lowest to highest"), fontsize=8,
              color=LIGHT["muted"])


def file_of(function: Callable) -> Path:
    return Path(function.__code__.co_filename)


def stamp(file: Path, name: str, picture: Picture) -> str:
    """The comment in the picture: what it was drawn from."""
    digest = hashlib.sha256()
    for source in dict.fromkeys([file.parent / picture.json, file, *picture.sources()]):
        if not source.is_file():
            raise BookError(f"there is no {source.name}, which the plot `{name}` is drawn from")
        digest.update(source.read_bytes())
    return f"<!-- drawn from {picture.json} {name}, sha256 {digest.hexdigest()} -->"


def draw(file: Path, name: str, picture: Picture) -> None:
    """Draws one plot of a figures.py into its file."""
    benchmarks = Benchmarks(file.parent / picture.json)
    draw_into(file.parent / picture.out, picture, benchmarks, stamp(file, name, picture))


def draw_into(out: Path, picture: Picture, benchmarks: Benchmarks, comment: str = "") -> None:
    svg = recoloured(drawn(picture, picture.data(benchmarks), benchmarks.caption()))
    head = f"{comment}\n<title>{html.escape(picture.title)}</title>\n{style_sheet()}"
    svg = re.sub(r"(<svg\b[^>]*)>", lambda tag: f'{tag[1]} role="img">\n{head}', svg, count=1)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(svg, encoding="utf-8")


def drawn(picture: Picture, data: Any, caption: str) -> str:
    """The picture as matplotlib writes it, in the light colours."""
    try:
        import matplotlib
    except ImportError:
        raise BookError("drawing needs matplotlib, which this Python lacks "
                        "(Debian: python3-matplotlib, for /usr/bin/python3)") from None
    matplotlib.use("svg")
    from matplotlib.figure import Figure
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, picture.height(data)))
        picture.paint(figure, data, caption)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True,
                       metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return written.getvalue()


def write(figure: Any, y: float, text: str, **look: Any) -> Any:
    """A line of words at the left margin."""
    return figure.text(12 / (72 * WIDTH), y, text, va="center", **look)


def foot(caption: str, meaning: str) -> str:
    """How it was measured, and what the marks mean."""
    return f"{caption.rpartition('; `')[0]}; {meaning}"


# --- lines ------------------------------------------------------------------------------

def frame(series: Series, plot: Plot) -> tuple[float, float, float, float]:
    """Where the axes stand: with room for the labels, left and right."""
    high = max(point.high for points in series.values() for point in points)
    left = (18 + 6.2 * len(plot.yformat(high))) / (72 * WIDTH)
    right = (24 + 6.6 * max(len(label) for label in series)) / (72 * WIDTH)
    return (left, 0.2, 1 - left - right, 0.61)


def set_axes(axes: Any, plot: Plot, series: Series) -> None:
    """Scales, ticks that are written as the table writes them, a quiet grid."""
    axes.set_xscale("log" if plot.logx else "linear")
    axes.set_yscale("log" if plot.logy else "linear")
    if not plot.logy:
        axes.set_ylim(0, 1.08 * max(p.high for points in series.values() for p in points))
    axes.margins(x=0.03)
    set_ticks(axes.xaxis, plot.xformat)
    set_ticks(axes.yaxis, plot.yformat)
    if plot.logy and spans_little(series):
        axes.yaxis.get_major_locator().set_params(subs=(1, 2, 5))
    if plot.xnames:
        axes.set_xticks(range(len(plot.xnames)), plot.xnames)
    axes.grid(axis="y", color=LIGHT["grid"], linewidth=1)
    quiet(axes, line="bottom")
    axes.tick_params(axis="x", length=4, width=1, color=LIGHT["muted"])


def spans_little(series: Series) -> bool:
    """Whether powers of ten alone would leave an axis nearly without ticks."""
    points = [point for points in series.values() for point in points]
    return max(point.high for point in points) < 50 * min(point.low for point in points)


def set_ticks(axis: Any, written: Callable[[float], str]) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, written)))
    axis.set_minor_locator(NullLocator())


def quiet(axes: Any, line: str) -> None:
    """No frame but one line, and words that stand back behind the data."""
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6, labelcolor=LIGHT["muted"])
    for side, spine in axes.spines.items():
        spine.set_visible(side == line)
        spine.set_color(LIGHT["muted"])


def tick(value: float, written: Callable[[float], str]) -> str:
    """`1 µs` for `1.00 µs`: at a tick, the digits after the point say nothing."""
    return re.sub(r"\.0+(?=\D|$)", "", written(value)) if value else "0"


def draw_line(axes: Any, points: Sequence[Point], colour: str, marker: str) -> Point:
    """The medians as a line, the spread as bars; returns the line's end."""
    xs, ys = [p.x for p in points], [p.y for p in points]
    below = [p.y - p.low for p in points]
    above = [p.high - p.y for p in points]
    axes.errorbar(xs, ys, yerr=[below, above], fmt="none", ecolor=LIGHT[colour],
                  elinewidth=1.2, capsize=3.5, capthick=1.2, clip_on=False)
    axes.plot(xs, ys, color=LIGHT[colour], linewidth=2, marker=marker, markersize=5.5,
              markeredgewidth=0, clip_on=False)
    return max(points)


def draw_labels(axes: Any, labels: list[str], ends: list[Point]) -> None:
    """Each label at the end of its line, moved apart where they would touch."""
    axes.autoscale_view()  # which is otherwise put off until the drawing
    points = 72 / axes.figure.dpi
    places = [axes.transData.transform((end.x, end.y)) * points for end in ends]
    for index, shift in enumerate(shifts([tuple(place) for place in places])):
        axes.annotate(labels[index], (ends[index].x, ends[index].y), xytext=(10, shift),
                      textcoords="offset points", va="center", fontweight="bold",
                      color=LIGHT[LINES[index]], annotation_clip=False)


def shifts(places: list[tuple[float, float]], distance: float = 14.0) -> list[float]:
    """How far up each label moves, so that those at the same x don't touch."""
    moved = [0.0] * len(places)
    last: dict[float, float] = {}
    for index in sorted(range(len(places)), key=lambda index: places[index][1]):
        x, y = places[index]
        height = max(y, last.get(x, y - distance) + distance)
        moved[index] = height - y
        last[x] = height
    return moved
