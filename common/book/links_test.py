"""Links lead somewhere, and pictures can be told."""
from __future__ import annotations

import links
from book_case import BookTest, fence
from pages import Problem


class Links(BookTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("GLOSSARY.md", "# Glossary\n## `select()` & *friends*\n## Loop\n## Loop\n")
        self.write("a.cpp", "")
        self.write("img/a.svg", "")

    def check(self, *lines: str) -> list[Problem]:
        return list(links.problems(self.page(*lines)))

    def test_LinksThatLeadSomewherePass(self) -> None:
        alt = "Client B waits until client A has left the server"
        self.assertEqual(self.check(
            "# Top", "[a](a.cpp) [b](/GLOSSARY.md#loop-1) [c](#top) [d](https://example.org/#x)",
            "[`e`](GLOSSARY.md#select--friends)", f"![{alt}](img/a.svg)", "`[f](nowhere)`", "[g](img)",
            *fence("text", "[h](nowhere)")), [])

    def test_LinksThatLeadNowhereAreReported(self) -> None:
        cases = {"[a](b.cpp)": "b.cpp leads to no file", "[a](#nowhere)": "no heading; there are",
                 "[a](GLOSSARY.md#x)": "glossary, select--friends, loop, loop-1",
                 "[a](a.cpp#L10)": "names a line", "[a](a.cpp#serve)": "no headings",
                 "[a](../b.md)": "outside", "[a]: b.cpp": "no file", '<a href="b.cpp">': "no file"}
        for line, message in cases.items():
            with self.subTest(line):
                self.assert_problem(self.check(line), 1, message)

    def test_PictureNeedsAnAltTextThatTellsItsStory(self) -> None:
        self.assert_problem(self.check("![a plot](img/a.svg)"), 1, "alt text", "6 characters")
        self.assert_problem(self.check('<img src="img/a.svg">'), 1, "0 characters")
