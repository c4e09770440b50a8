"""Code on a page is a named region of its file."""
from __future__ import annotations

import snippets
from book_case import BookTest, fence
from pages import Page, Problem

SOURCE = """\
// An example.
namespace {
  // [region receive]
  int receive() {

    return 1;
  }
  // [end receive]
  // [region serve]
  void serve() {
    // [region loop]
    while (receive()) {
    }
    // [end loop]
  }
  // [end serve]
}
"""

RECEIVE = ["int receive() {", "", "  return 1;", "}"]


class Snippets(BookTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("a.cpp", SOURCE)

    def check(self, *lines: str) -> list[Problem]:
        page = self.page(*lines)
        passages, problems = snippets.passages(page)
        return problems + list(page.compare(passages)) + list(snippets.fence_problems(page))

    def test_RegionOnThePagePasses(self) -> None:
        self.assertEqual(self.check(*fence("cpp", *RECEIVE, mark="code: a.cpp receive")), [])

    def test_StaleSnippetIsShownAsADifference(self) -> None:
        stale = ["int receive() {", "", "  return 2;", "}"]
        problems = self.check(*fence("cpp", *stale, mark="code: a.cpp receive"))
        self.assert_problem(problems, 3, "`a.cpp receive`", "-  return 2;", "+  return 1;")

    def test_UpdateWritesWhatCheckWants(self) -> None:
        page = self.page("before", *fence("cpp", mark="code: a.cpp receive, loop"), "after")
        self.assertTrue(page.rewrite(snippets.passages(page)[0]))
        lines = Page(page.path, self.root).lines
        loop = ["while (receive()) {", "}"]
        self.assertEqual(lines, ["before", "<!-- code: a.cpp receive, loop -->", "```cpp",
                                 *RECEIVE, "", *loop, "```", "after"])

    def test_MarkerLinesOfInnerRegionsAreNotShown(self) -> None:
        source = snippets.Source(self.root / "a.cpp", "a.cpp")
        self.assertEqual(source.region("serve"), ["void serve() {", "  while (receive()) {", "  }", "}"])
        self.assertNotIn("region", "".join(source.whole()))

    def test_RegionsMayOverlap(self) -> None:
        path = self.write("b.py", "# [region a]\n1\n# [region b]\n2\n# [end a]\n3\n# [end b]\n")
        source = snippets.Source(path, "b.py")
        self.assertEqual((source.region("a"), source.region("b")), (["1", "2"], ["2", "3"]))

    def test_UnknownRegionNamesTheKnownOnes(self) -> None:
        problems = self.check(*fence("cpp", mark="code: a.cpp send"))
        self.assert_problem(problems, 1, "no region `send`", "receive, serve, loop")

    def test_UnknownFileIsReported(self) -> None:
        self.assert_problem(self.check(*fence("cpp", mark="code: b.cpp")), 1, "no file b.cpp")

    def test_FileOutsideTheProjectIsReported(self) -> None:
        self.assert_problem(self.check(*fence("cpp", mark="code: ../b.cpp")), 1, "outside")

    def test_BrokenRegionsAreReported(self) -> None:
        cases = {"// [region a]\n// [end a]\n// [region a]\n// [end a]\n": "bad.cpp:3: a second region",
                 "// [region a]\n": "bad.cpp:1: region `a` has no end",
                 "// [end a]\n": "bad.cpp:1: the end of `a`, which isn't open",
                 "// [region a b]\n": "bad.cpp:1: `a b` is no name"}
        for text, message in cases.items():
            with self.subTest(message):
                self.write("bad.cpp", text)
                self.assert_problem(self.check(*fence("cpp", mark="code: bad.cpp a")), 1, message)

    def test_UnmarkedCodeIsReported(self) -> None:
        self.assert_problem(self.check("", *fence("cpp", "int x;")), 2, "a fence of `cpp` needs")

    def test_ShellOutsideConsoleIsReported(self) -> None:
        self.assert_problem(self.check(*fence("bash", "ls")), 1, "`console`")
        self.assert_problem(self.check(*fence("text", "$ ls")), 1, "`console`")
        self.assertEqual(self.check(*fence("text", "ls")), [])

    def test_OneBlockMayBeExemptWithAReason(self) -> None:
        exempt = fence("cpp", "int x;", mark="not run: only on Windows")
        self.assertEqual(self.check(*exempt), [])
        self.assert_problem(self.check(*exempt, *exempt), 5, "a second `not run`", "line 1")
        self.assert_problem(self.check(*fence("cpp", mark="not run: ")), 1, "no reason")

    def test_WideLineIsReported(self) -> None:
        self.write("wide.py", "x" * 81 + "\n")
        problems = self.check(*fence("python", "x" * 81, mark="code: wide.py"))
        self.assert_problem(problems, 1, "81 columns", "at most 80")

    def test_DiffOfTwoRegionsIsGenerated(self) -> None:
        self.write("b.cpp", SOURCE.replace("return 1", "return 2"))
        wanted = [" int receive() {", "", "-  return 1;", "+  return 2;", " }"]
        mark = "diff: a.cpp receive .. b.cpp receive"
        self.assertEqual(self.check(*fence("diff", *wanted, mark=mark)), [])
        self.assert_problem(self.check(*fence("diff", *wanted[1:], mark=mark)), 3, "+ int receive")
        self.assert_problem(self.check(*fence("diff", mark="diff: a.cpp")), 1, "two regions")
