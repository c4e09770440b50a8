"""Horizontal bars with their spread, as SVG: who costs how much."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, NamedTuple, Sequence

from benchmark_json import Benchmarks, Measurement, count
from pages import BookError
from palette import LIGHT
from plots import WIDTH, Picture, file_of, foot, quiet, set_ticks, write

MOST = 24  # bars that still fit a page
ROW = 0.27  # inches
ABOVE, BELOW = 0.95, 0.75  # inches for the words


class Bar(NamedTuple):
    """One row: it reaches to the lowest value, and a thin line from there to the highest."""

    label: str
    value: Measurement
    group: str
    remark: str = ""  # stands behind the bar


@dataclass(frozen=True)
class Bars(Picture):
    """`bars` makes the rows, the topmost first. A dashed line goes down from the bar that is
    labelled `reference`, so that the others can be compared with it. `groups` gives each group its
    colour, in the order of the legend."""

    xlabel: str
    groups: dict[str, str]
    bars: Callable[[Benchmarks], Sequence[Bar]]
    xformat: Callable[[float], str] = count
    reference: str = ""

    def sources(self) -> list[Path]:
        return [*super().sources(), Path(__file__), file_of(self.bars)]

    def data(self, benchmarks: Benchmarks) -> Sequence[Bar]:
        bars = self.bars(benchmarks)
        if not 0 < len(bars) <= MOST:
            raise BookError(f"the plot {self.out} has {len(bars)} bars; 1 to {MOST} fit a page")
        return bars

    def height(self, data: Sequence[Bar]) -> float:
        return ABOVE + ROW * len(data) + BELOW

    def paint(self, figure: Any, data: Sequence[Bar], caption: str) -> None:
        tall = self.height(data)
        axes = figure.add_axes(frame(data, tall))
        set_axes(axes, self, data)
        present = {bar.group for bar in data}
        colours = {group: colour for group, colour in self.groups.items() if group in present}
        for row, bar in enumerate(data):
            draw_bar(axes, row, bar, colours[bar.group])
        draw_reference(axes, data, self.reference)
        write(figure, 1 - 0.27 / tall, self.title, fontsize=13, fontweight="bold",
              color=LIGHT["ink"])
        draw_legend(figure, 1 - 0.6 / tall, colours)
        write(figure, 0.15 / tall, foot(caption, "bar: lowest, line: highest"),
              fontsize=8, color=LIGHT["muted"])


def frame(bars: Sequence[Bar], tall: float) -> tuple[float, float, float, float]:
    """Where the axes stand: with room for the labels to the left."""
    left = (24 + 6.2 * max(len(bar.label) for bar in bars)) / (72 * WIDTH)
    return (left, BELOW / tall, 0.97 - left, ROW * len(bars) / tall)


def set_axes(axes: Any, plot: Bars, bars: Sequence[Bar]) -> None:
    most = max(bar.value.high for bar in bars)
    longest = max(len(bar.remark) for bar in bars)
    axes.set_xlim(0, most * (1.02 + 0.013 * longest))
    axes.set_ylim(len(bars) - 0.5, -0.5)
    set_ticks(axes.xaxis, plot.xformat)
    axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
    axes.set_xlabel(plot.xlabel, color=LIGHT["muted"], labelpad=4)
    axes.grid(axis="x", color=LIGHT["grid"], linewidth=1)
    quiet(axes, line="left")
    axes.tick_params(axis="y", labelcolor=LIGHT["ink"])


def draw_bar(axes: Any, row: int, bar: Bar, colour: str) -> None:
    low, high = bar.value.low, bar.value.high
    axes.barh(row, low, height=0.62, color=LIGHT[colour], linewidth=0)
    axes.plot([low, high], [row, row], color=LIGHT[colour], linewidth=1.4)
    axes.plot([high, high], [row - 0.16, row + 0.16], color=LIGHT[colour], linewidth=1.4)
    axes.annotate(bar.remark, (high, row), xytext=(6, 0), textcoords="offset points",
                  va="center", fontsize=9, color=LIGHT["muted"])


def draw_reference(axes: Any, bars: Sequence[Bar], label: str) -> None:
    for bar in bars:
        if bar.label == label:
            axes.axvline(bar.value.low, color=LIGHT["ink"], linewidth=1.2, dashes=(3, 3))


def draw_legend(figure: Any, y: float, colours: dict[str, str]) -> None:
    """The groups' names in one line, each in the colour of its bars."""
    x = 12.0
    for group, colour in colours.items() if len(colours) > 1 else ():
        figure.text(x / (72 * WIDTH), y, f"■ {group}", va="center", color=LIGHT[colour],
                    fontweight="bold")
        x += 28 + 6.0 * len(group)
