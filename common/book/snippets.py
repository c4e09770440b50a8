"""Code on a page is a named region of a source file.

    // [region serve]            <!-- code: echo_server.cpp serve -->
    void serve(...)              ```cpp
    // [end serve]               ```

A page can quote a region, several (joined by an empty line), a whole file, or
the difference between two regions. What can't be quoted says why it isn't run,
once a page at most.
"""
from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Iterator, Optional

from pages import BookError, Fence, Page, Passage, Problem

MAX_COLUMNS = 80

# Blocks that aren't code: tables in text, diagrams, examples of markdown.
FREE_LANGUAGES = ("", "text", "markdown", "md", "mermaid")
SHELL_LANGUAGES = ("sh", "bash", "shell", "zsh", "console")

MARKER = re.compile(r"^\s*(?://|#)\s*\[(region|end)\s+(?P<name>.*?)\]\s*$")
REGION_NAME = re.compile(r"^[A-Za-z_][\w.-]*$")
CODE = re.compile(r"^(?P<file>\S+)(?:\s+(?P<names>.+))?$")


class Source:
    """A source file, cut into its named regions. Regions may overlap."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        if not path.is_file():
            raise BookError(f"there is no file {name}")
        self._whole: list[str] = []
        self._regions: dict[str, list[str]] = {}
        self._read(path.read_text(encoding="utf-8").splitlines())

    def region(self, name: str) -> list[str]:
        if name not in self._regions:
            known = ", ".join(self._regions) or "none"
            raise BookError(f"{self.name} has no region `{name}`; it has: {known}")
        return without_indentation(self._regions[name])

    def whole(self) -> list[str]:
        return without_indentation(self._whole)

    def _read(self, lines: list[str]) -> None:
        open_regions: dict[str, int] = {}
        for number, line in enumerate(lines, start=1):
            marker = MARKER.match(line)
            if marker:
                self._read_marker(marker, number, open_regions)
                continue
            self._whole.append(line)
            for name in open_regions:
                self._regions[name].append(line)
        for name, number in open_regions.items():
            raise BookError(f"{self.name}:{number}: region `{name}` has no end")

    def _read_marker(self, marker: re.Match, number: int, open_regions: dict[str, int]) -> None:
        kind, name = marker[1], marker["name"]
        place = f"{self.name}:{number}"
        if not REGION_NAME.match(name):
            raise BookError(f"{place}: `{name}` is no name for a region")
        if kind == "end":
            if open_regions.pop(name, None) is None:
                raise BookError(f"{place}: the end of `{name}`, which isn't open")
            return
        if name in self._regions:
            raise BookError(f"{place}: a second region `{name}` in this file")
        open_regions[name] = number
        self._regions[name] = []


def without_indentation(lines: list[str]) -> list[str]:
    """The lines moved left as far as all can go, without empty ones around."""
    filled = [line for line in lines if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    moved = [line[indent:].rstrip() for line in lines]
    while moved and not moved[0]:
        moved.pop(0)
    while moved and not moved[-1]:
        moved.pop()
    return moved


def passages(page: Page) -> tuple[list[Passage], list[Problem]]:
    """What each quoting fence should hold, and what is wrong with the marks."""
    found: list[Passage] = []
    problems: list[Problem] = []
    for fence in page.fences:
        if not fence.mark or fence.mark.key not in ("code", "diff"):
            continue
        try:
            wanted = quoted(page, fence)
        except BookError as error:
            problems.append(page.problem(fence.mark.line, str(error)))
            continue
        what = f"`{fence.mark.value}`"
        indented = [(fence.indent + line).rstrip() for line in wanted]
        found.append(Passage(fence.first_line, len(fence.lines), indented, what))
        problems.extend(wide_lines(page, fence, wanted))
    return found, problems


def quoted(page: Page, fence: Fence) -> list[str]:
    """The lines that the fence's mark asks for."""
    value = fence.mark.value
    if fence.mark.key == "code":
        if fence.language == "diff":
            raise BookError("a `diff` fence takes the mark `diff: A .. B`")
        return code(page, value)
    if fence.language != "diff":
        raise BookError("the mark `diff:` stands before a fence of the language `diff`")
    before, separator, after = value.partition(" .. ")
    if not separator:
        raise BookError(f"`{value}` doesn't name two regions: FILE REGION .. FILE REGION")
    return diff(code(page, before.strip()), code(page, after.strip()))


def code(page: Page, value: str) -> list[str]:
    """The code behind `FILE`, or `FILE REGION, REGION`."""
    parts = CODE.match(value)
    if not parts:
        raise BookError("the mark names no file: FILE, or FILE REGION, REGION")
    source = Source(page.resolve(parts["file"]), parts["file"])
    if not parts["names"]:
        return source.whole()
    lines: list[str] = []
    for name in parts["names"].split(","):
        lines += ([""] if lines else []) + source.region(name.strip())
    return lines


def diff(before: list[str], after: list[str]) -> list[str]:
    """All lines of both: ' ' for what stays, '-' and '+' for what changes."""
    lines: list[str] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a_first, a_end, b_first, b_end in matcher.get_opcodes():
        if tag == "equal":
            lines += [f" {line}".rstrip() for line in before[a_first:a_end]]
            continue
        lines += [f"-{line}" for line in before[a_first:a_end]]
        lines += [f"+{line}" for line in after[b_first:b_end]]
    return lines


def wide_lines(page: Page, fence: Fence, wanted: list[str]) -> Iterator[Problem]:
    margin = 1 if fence.language == "diff" else 0
    for line in wanted:
        width = len(line.expandtabs(8)) - margin
        if width > MAX_COLUMNS:
            message = (f"`{fence.mark.value}` has a line of {width} columns; "
                       f"quoted code has at most {MAX_COLUMNS}")
            yield page.problem(fence.mark.line, message, line)


def fence_problems(page: Page) -> Iterator[Problem]:
    """Fences that nothing checks and that don't say why."""
    for fence in page.fences:
        message = unchecked(fence)
        if message:
            yield page.problem(fence.line, message)
    reasons = not_run(page)
    for fence in reasons:
        if not fence.mark.value:
            yield page.problem(fence.mark.line, "`not run:` gives no reason")
    for fence in reasons[1:]:
        message = f"a second `not run` on this page; the first is in line {reasons[0].mark.line}"
        yield page.problem(fence.mark.line, message)


def unchecked(fence: Fence) -> Optional[str]:
    """Why this fence may not stand as it is, or None."""
    key = fence.mark.key if fence.mark else ""
    if key == "not run":
        return None
    if key == "terminal" and fence.language != "console":
        return "the mark `terminal:` stands before a fence of the language `console`"
    if fence.language in SHELL_LANGUAGES:
        return None if fence.language == "console" and key in ("", "terminal") else (
            f"shell commands stand in a `console` fence and are run, not in `{fence.language}`")
    if fence.language in FREE_LANGUAGES and not key:
        is_session = fence.language in ("", "text") and fence.lines[:1] and (
            fence.lines[0].startswith("$ "))
        return "commands stand in a `console` fence, which is run" if is_session else None
    if key in ("code", "diff"):
        return None
    return (f"a fence of `{fence.language}` needs `<!-- code: FILE REGION -->` "
            "or `<!-- not run: REASON -->` before it")


def not_run(page: Page) -> list[Fence]:
    """The fences that are exempt; each page may have one."""
    return [fence for fence in page.fences if fence.mark and fence.mark.key == "not run"]
