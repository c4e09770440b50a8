"""The colours of all plots, and how they get into an SVG that reads well on light and dark pages.

matplotlib draws in the light colours; afterwards each colour is moved from the
elements into a style sheet, with a second set of colours for dark mode. Classes
and not CSS variables, since not every viewer knows those.
"""
from __future__ import annotations

import re

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
FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


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
