"""Pages are read as a renderer reads them."""
from __future__ import annotations

from book_case import BookTest, fence
from pages import find_pages


class Pages(BookTest):
    def test_FenceInsideALongerFenceIsText(self) -> None:
        page = self.page(*fence("markdown", *fence("cpp", "int x;"), ticks="````"), "prose")
        self.assertEqual([block.language for block in page.fences], ["markdown"])
        self.assertEqual(page.prose, [(6, "prose")])

    def test_FenceThatIsNeverClosedIsReported(self) -> None:
        self.assert_problem(self.page("", "```text", "a").problems, 2, "never closed")

    def test_MarkBeforeNoFenceIsReported(self) -> None:
        self.assert_problem(self.page("<!-- code: a.cpp -->", "prose").problems, 1, "no fence")

    def test_EmptyLineMayStandBetweenMarkAndFence(self) -> None:
        page = self.page("<!-- code: a.cpp -->", "", "```cpp", "```")
        self.assertEqual(page.fences[0].mark.value, "a.cpp")
        self.assertEqual(page.problems, [])

    def test_MisspeltMarkIsReported(self) -> None:
        page = self.page(*fence("console", "$ true", mark="terminl: A"))
        self.assert_problem(page.problems, 1, "unknown mark `terminl:`")

    def test_FenceInAQuotationIsReported(self) -> None:
        self.assert_problem(self.page("> ```cpp", "> int x;", "> ```").problems[:1], 1, "quotation")

    def test_BuiltPagesAreLeftOut(self) -> None:
        for name in ("README.md", "01_blocking/README.md", "build/x/README.md"):
            self.write(name, "")
        names = [str(path.relative_to(self.root)) for path in find_pages(self.root)]
        self.assertEqual(names, ["01_blocking/README.md", "README.md"])
