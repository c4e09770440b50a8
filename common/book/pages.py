"""A page of the book: its fences, its marks and its prose.

Markdown is read line by line, as far as the checks need it: which lines stand
inside a fence, which mark (an HTML comment) stands before a fence, and what is
left, the prose. The checks build on this and never look at raw lines.
"""
from __future__ import annotations

import difflib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator, Optional

# The marks that say how the next fence is checked. `snippets.py` and
# `transcripts.py` say what their values mean.
FENCE_MARKS = ("code", "diff", "not run", "terminal")

FENCE = re.compile(r"^(?P<indent>\s*)(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)$")
MARK = re.compile(r"^\s*<!--\s*(?P<key>[a-z ]+?)\s*:\s*(?P<value>.*?)\s*-->\s*$")
QUOTED_FENCE = re.compile(r"^\s*>[\s>]*(```|~~~)")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


class BookError(Exception):
    """What a mark asks for can't be had; the message is for the author."""


@dataclass(frozen=True)
class Problem:
    """A rule that a page breaks, in the form in which it is printed."""

    path: str
    line: int
    message: str
    detail: str = ""

    def __str__(self) -> str:
        indented = "".join(f"\n    {line}" for line in self.detail.splitlines())
        return f"{self.path}:{self.line}: {self.message}{indented}"


@dataclass(frozen=True)
class Mark:
    """`<!-- key: value -->` on a line of its own, before a fence."""

    line: int
    key: str
    value: str


@dataclass(frozen=True)
class Fence:
    """A fenced block. `line` is that of the opening, counted from 1."""

    line: int
    indent: str
    language: str
    lines: list[str]
    mark: Optional[Mark]

    @property
    def first_line(self) -> int:
        return self.line + 1


@dataclass(frozen=True)
class Passage:
    """Lines of a page that a program writes: what should stand there.

    `first` is counted from 1; `count` is how many lines stand there today.
    """

    first: int
    count: int
    wanted: list[str]
    what: str


class Page:
    """A markdown file, read once. Nothing here changes the file but `rewrite`."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.root = root
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.fences: list[Fence] = []
        self.prose: list[tuple[int, str]] = []
        self.problems: list[Problem] = []
        self._read()

    @property
    def name(self) -> str:
        """The path as messages show it: from the project's root."""
        try:
            return str(self.path.relative_to(self.root))
        except ValueError:
            return str(self.path)

    def problem(self, line: int, message: str, detail: str = "") -> Problem:
        return Problem(self.name, line, message, detail)

    def resolve(self, target: str) -> Path:
        """The file that a page names: beside the page, or from the root on."""
        if target.startswith("/"):
            path = self.root / target.lstrip("/")
        else:
            path = self.path.parent / target
        path = path.resolve()
        if path != self.root and self.root not in path.parents:
            raise BookError(f"{target} lies outside the project")
        return path

    def compare(self, passages: Iterable[Passage]) -> Iterator[Problem]:
        """A problem, with the difference, for each passage that is out of date."""
        for passage in passages:
            start = passage.first - 1
            shown = self.lines[start:start + passage.count]
            if shown != passage.wanted:
                detail = difference(shown, passage.wanted, "on the page", passage.what)
                message = f"differs from {passage.what}; `book.py update` rewrites it"
                yield self.problem(passage.first, message, detail)

    def rewrite(self, passages: Iterable[Passage]) -> bool:
        """Puts the passages' wanted lines into the file; says if it changed."""
        lines = list(self.lines)
        for passage in sorted(passages, key=lambda p: p.first, reverse=True):
            start = passage.first - 1
            lines[start:start + passage.count] = passage.wanted
        if lines == self.lines:
            return False
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return True

    def _read(self) -> None:
        number = 0
        mark: Optional[Mark] = None
        while number < len(self.lines):
            opening = FENCE.match(self.lines[number])
            if opening:
                number = self._read_fence(number, opening, mark)
                mark = None
                continue
            mark = self._read_prose(number + 1, self.lines[number], mark)
            number += 1
        self._expect_no_mark(mark)

    def _read_fence(self, start: int, opening: re.Match, mark: Optional[Mark]) -> int:
        """Reads the fence that opens at index `start`; returns the index after it."""
        indent, ticks = opening["indent"], opening["ticks"]
        end = start + 1
        while end < len(self.lines) and not closes(self.lines[end], ticks):
            end += 1
        if end == len(self.lines):
            self.problems.append(self.problem(start + 1, "this fence is never closed"))
        content = [line.removeprefix(indent) for line in self.lines[start + 1:end]]
        words = opening["info"].split()
        language = words[0].lower() if words else ""
        if mark and mark.key not in FENCE_MARKS:
            message = f"unknown mark `{mark.key}:` before a fence; known: {', '.join(FENCE_MARKS)}"
            self.problems.append(self.problem(mark.line, message))
        self.fences.append(Fence(start + 1, indent, language, content, mark))
        return end + 1

    def _read_prose(self, line: int, text: str, mark: Optional[Mark]) -> Optional[Mark]:
        """Keeps a line of prose; returns the mark that waits for its fence."""
        self.prose.append((line, text))
        if QUOTED_FENCE.match(text):
            message = "a fence inside a quotation can't be checked: take it out"
            self.problems.append(self.problem(line, message))
        found = MARK.match(text)
        if not found and not text.strip():
            return mark
        self._expect_no_mark(mark)
        return Mark(line, found["key"], found["value"]) if found else None

    def _expect_no_mark(self, mark: Optional[Mark]) -> None:
        if mark and mark.key in FENCE_MARKS:
            message = f"the mark `{mark.key}:` stands before no fence"
            self.problems.append(self.problem(mark.line, message))


def closes(line: str, ticks: str) -> bool:
    """Whether a line ends a fence: the same character, at least as often."""
    stripped = line.strip()
    return len(stripped) >= len(ticks) and set(stripped) == {ticks[0]}


def without_code_spans(text: str) -> str:
    """The line with `code` blanked out, so that columns stay where they are."""
    return CODE_SPAN.sub(lambda span: " " * len(span[0]), text)


def difference(before: list[str], after: list[str], name: str, other: str) -> str:
    return "\n".join(difflib.unified_diff(before, after, name, other, lineterm=""))


def find_pages(root: Path) -> list[Path]:
    """Every markdown file of the project: git's, or all that aren't built."""
    names = listed_by_git(root, "*.md")
    if names is None:
        names = [str(p.relative_to(root)) for p in root.rglob("*.md")]
    return [root / name for name in sorted(names) if not is_built(name)]


def listed_by_git(root: Path, pattern: str) -> Optional[list[str]]:
    """Committed and new files, or None where git doesn't answer."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others",
               "--exclude-standard", "--", pattern]
    try:
        answer = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    if answer.returncode != 0:
        return None
    return [name for name in answer.stdout.split("\0") if name and (root / name).exists()]


def is_built(name: str) -> bool:
    return any(part == "build" or part.startswith(".") for part in Path(name).parts[:-1])
