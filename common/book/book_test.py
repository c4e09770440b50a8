"""The command line: what it checks, what it rewrites, how it exits."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from book_case import BookTest, fence

BOOK = Path(__file__).resolve().parent / "book.py"


class CommandLine(BookTest):
    def run_book(self, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, str(BOOK), "--root", str(self.root), *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    def test_CheckOfAGoodPageExitsWithZero(self) -> None:
        self.page(*fence("console", "$ echo a", "a"), *fence("cpp", mark="not run: a reason"))
        code, output = self.run_book("check")
        self.assertEqual(code, 0, output)
        self.assertIn("README.md:6: not run: a reason", output)
        self.assertIn("1 page, 0 snippets, 0 figures, 0 links, 1 scene: all as it should be", output)

    def test_FailedCheckExitsWithOneAndUpdateMendsIt(self) -> None:
        self.write("a.py", "print(1)\n")
        page = self.page(*fence("python", mark="code: a.py"), *fence("console", "$ python3 a.py"))
        code, output = self.run_book("check")
        self.assertEqual(code, 1, output)
        self.assertIn("README.md:3: differs from `a.py`", output)
        self.assertIn("`1` isn't shown", output)
        self.assertEqual(self.run_book("update")[0], 0)
        self.assertEqual(self.run_book("check", "snippets")[0], 0)
        self.assertEqual(self.run_book("check", "transcripts")[0], 1)
        self.assertEqual(self.run_book("update", "--transcripts", str(page.path))[0], 0)
        self.assertEqual(self.run_book("check")[0], 0)

    def test_WrongUsageExitsWithTwo(self) -> None:
        for arguments in ([], ["bogus"], ["check", "nowhere.md"], ["plot", "nowhere.py"]):
            with self.subTest(arguments):
                self.assertEqual(self.run_book(*arguments)[0], 2)
