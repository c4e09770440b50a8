"""Plots as SVG that reads well on a light and on a dark page.

matplotlib draws (and is imported only for that); afterwards each colour is
moved from the elements into a style sheet, with a second set of colours for
dark mode. Classes and not CSS variables, since not every viewer knows those.
The picture carries a stamp of what it was drawn from, so that a check without
matplotlib can tell whether it is out of date.
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

Series = dict[str, Sequence[Point]]


@dataclass(frozen=True)
class Plot:
    """What to draw. `json` and `out` are paths from the folder of figures.py;
    `series` makes labelled lines of the measurements."""

    json: str
    out: str
    title: str
    xlabel: str
    ylabel: str
    series: Callable[[Benchmarks], Series]
    logx: bool = False
    logy: bool = False
    xformat: Callable[[float], str] = count
    yformat: Callable[[float], str] = count


# name: (on a light page, on a dark page)
COLOURS = {
    "ink": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "grid": ("#d8dee4", "#2f353d"),
    "line1": ("#0969da", "#58a6ff"),
    "line2": ("#bc4c00", "#f0883e"),
    "line3": ("#1a7f37", "#3fb950"),
    "line4": ("#8250df", "#bc8cff"),
    "line5": ("#bf3989", "#f778ba"),
    "line6": ("#6e5a00", "#d4a72c"),
}
LIGHT = {name: light for name, (light, _) in COLOURS.items()}
NAMES = {light: name for name, light in LIGHT.items()}
LINES = [name for name in COLOURS if name.startswith("line")]
MARKERS = ["o", "s", "^", "D", "v", "P"]  # so that colour isn't all that tells them apart

WIDTH, HEIGHT = 7.6, 4.4  # inches of 72 points
FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
STYLE = {
    "svg.fonttype": "none",  # text stays text: it can be searched, and is read aloud
    "svg.hashsalt": "echo ladder",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,
}


def stamp(file: Path, name: str, plot: Plot) -> str:
    """The comment in the picture: what it was drawn from."""
    sources = [file.parent / plot.json, file, Path(__file__)]
    digest = hashlib.sha256()
    for source in sources:
        if not source.is_file():
            raise BookError(f"there is no {source.name}, which the plot `{name}` is drawn from")
        digest.update(source.read_bytes())
    return f"<!-- drawn from {plot.json} {name}, sha256 {digest.hexdigest()} -->"


def draw(file: Path, name: str, plot: Plot) -> None:
    """Draws one plot of a figures.py into its file."""
    benchmarks = Benchmarks(file.parent / plot.json)
    series = plot.series(benchmarks)
    if not 0 < len(series) <= len(LINES):
        raise BookError(f"the plot `{name}` has {len(series)} lines; "
                        f"1 to {len(LINES)} can be told apart")
    svg = recoloured(drawn(plot, series, benchmarks.caption()))
    head = f"{stamp(file, name, plot)}\n<title>{html.escape(plot.title)}</title>\n{style_sheet()}"
    picture = re.sub(r"(<svg\b[^>]*)>", lambda tag: f'{tag[1]} role="img">\n{head}', svg, count=1)
    out = file.parent / plot.out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(picture, encoding="utf-8")


def drawn(plot: Plot, series: Series, caption: str) -> str:
    """The picture as matplotlib writes it, in the light colours."""
    try:
        import matplotlib
    except ImportError:
        raise BookError("drawing needs matplotlib, which this Python lacks "
                        "(Debian: python3-matplotlib, for /usr/bin/python3)") from None
    matplotlib.use("svg")
    from matplotlib.figure import Figure
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT))
        axes = figure.add_axes(frame(series, plot))
        set_axes(axes, plot, series)
        ends = [draw_line(axes, points, *look) for points, look
                in zip(series.values(), zip(LINES, MARKERS))]
        draw_labels(axes, list(series), ends)
        draw_words(figure, axes, plot, caption)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True,
                       metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return written.getvalue()


def frame(series: Series, plot: Plot) -> tuple[float, float, float, float]:
    """Where the axes stand: with room for the labels, left and right."""
    high = max(point.high for points in series.values() for point in points)
    left = (18 + 6.2 * len(plot.yformat(high))) / (72 * WIDTH)
    right = (24 + 6.6 * max(len(label) for label in series)) / (72 * WIDTH)
    return (left, 0.2, 1 - left - right, 0.61)


def set_axes(axes: Any, plot: Plot, series: Series) -> None:
    """Scales, ticks that are written as the table writes them, a quiet grid."""
    from matplotlib.ticker import FuncFormatter, NullLocator
    axes.set_xscale("log" if plot.logx else "linear")
    axes.set_yscale("log" if plot.logy else "linear")
    if not plot.logy:
        axes.set_ylim(0, 1.08 * max(p.high for points in series.values() for p in points))
    axes.margins(x=0.03)
    for axis, write in ((axes.xaxis, plot.xformat), (axes.yaxis, plot.yformat)):
        axis.set_major_formatter(FuncFormatter(lambda value, _, write=write: tick(value, write)))
        axis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color=LIGHT["grid"], linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6, labelcolor=LIGHT["muted"])
    axes.tick_params(axis="x", length=4, width=1, color=LIGHT["muted"])
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(LIGHT["muted"])


def tick(value: float, write: Callable[[float], str]) -> str:
    """`1 µs` for `1.00 µs`: at a tick, the digits after the point say nothing."""
    return re.sub(r"\.0+(?=\D|$)", "", write(value)) if value else "0"


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
    places = [axes.transData.transform((end.x, end.y)) for end in ends]
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


def draw_words(figure: Any, axes: Any, plot: Plot, caption: str) -> None:
    """Title, what is measured below it, and at the foot how it was measured."""
    margin = 12 / (72 * WIDTH)
    figure.text(margin, 0.935, plot.title, fontsize=13, fontweight="bold", color=LIGHT["ink"],
                va="center")
    figure.text(margin, 0.865, plot.ylabel, color=LIGHT["muted"], va="center")
    axes.set_xlabel(plot.xlabel, color=LIGHT["muted"], labelpad=6)
    foot = caption.rpartition("; `")[0] + "; bars: lowest to highest"
    figure.text(margin, 0.035, foot, fontsize=8, color=LIGHT["muted"], va="center")


# --- from matplotlib's SVG to ours --------------------------------------------------

def recoloured(svg: str) -> str:
    """Moves known colours out of the `style` attributes into classes."""
    svg = re.sub(r"<!DOCTYPE.*?>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ((?:bold |[0-9]{3} )?[\d.]+px) [^;\"]*", rf"font: \1 {FONT}", svg)
    svg = re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)
    return re.sub(r'style="([^"]*)"', lambda style: classed(style[1]), svg)


def classed(style: str) -> str:
    """`stroke: #0969da; stroke-width: 2` as `class="stroke-line1" style="stroke-width: 2"`."""
    classes, rest = [], []
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        name, _, value = declaration.partition(": ")
        if name in ("fill", "stroke") and value in NAMES:
            classes.append(f"{name}-{NAMES[value]}")
        else:
            rest.append(declaration)
    attributes = [f'class="{" ".join(classes)}"'] if classes else []
    return " ".join(attributes + ([f'style="{"; ".join(rest)}"'] if rest else []))


def style_sheet() -> str:
    light = rules({name: colours[0] for name, colours in COLOURS.items()})
    dark = rules({name: colours[1] for name, colours in COLOURS.items()})
    return f"<style>\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n</style>"


def rules(colours: dict[str, str]) -> str:
    return "\n".join(f".fill-{name} {{ fill: {value} }} .stroke-{name} {{ stroke: {value} }}"
                     for name, value in colours.items())
