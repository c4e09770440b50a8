"""What the tests of the book share: a project in a temporary folder."""
from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from pages import Page, Problem


class BookTest(unittest.TestCase):
    """A project in a temporary folder, into which each test writes its page."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def page(self, *lines: str, name: str = "README.md") -> Page:
        return Page(self.write(name, "\n".join(lines) + "\n"), self.root)

    def assert_problem(self, problems: list[Problem], line: int, *words: str) -> None:
        """One problem, in this line, whose text has all these words."""
        self.assertEqual([problem.line for problem in problems], [line], problems)
        for word in words:
            self.assertIn(word, str(problems[0]))


def fence(language: str, *lines: str, mark: str = "", ticks: str = "```") -> list[str]:
    marks = [f"<!-- {mark} -->"] if mark else []
    return [*marks, ticks + language, *lines, ticks]
