"""Figures are computed from the measurements, and plots drawn from them."""
from __future__ import annotations

import json
from pathlib import Path

import benchmark_json
import figures
import palette
import plots
from book_case import BookTest
from pages import BookError, Page, Problem

EXAMPLE = Path(__file__).resolve().parent / "example/measured/figures.py"


class Figures(BookTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("measured/figures.py", EXAMPLE.read_text())
        self.write_json()

    def write_json(self, repetitions: int = 3, **context: str) -> None:
        runs = [{"name": f"ready/{kind}/idle:{idle}/real_time", "run_type": "iteration",
                 "run_name": f"ready/{kind}/idle:{idle}", "repetition_index": i,
                 "real_time": idle * (10 + i), "cpu_time": 1.0, "time_unit": "ns", "fds": idle}
                for kind in ("select", "poll", "epoll") for idle in (10, 100, 1000, 10000)
                for i in range(repetitions)]
        self.write("measured/select.json", json.dumps({"benchmarks": runs, "context": {
            "cpu": "A CPU", "num_cpus": 2, "compiler": "GCC 12", "date": "2025-11-21T10:00:00",
            "command": "bench", **context}}))

    def check(self, *lines: str) -> list[Problem]:
        page = self.page(*lines)
        passages, problems = figures.passages(page)
        return problems + list(page.compare(passages))

    def test_TableIsWrittenWithItsCaption(self) -> None:
        page = self.page("<!-- table: measured/select.json cost -->", "<!-- end table -->")
        self.assert_problem(self.check(*page.lines), 2, "differs from measured/select.json cost")
        page.rewrite(figures.passages(page)[0])
        lines = Page(page.path, self.root).lines
        self.assertEqual(self.check(*lines), [])
        self.assertIn("| 10               |    110 ns (100 ns to 120 ns) |", lines[4])
        self.assertIn("*A CPU, 2 processors; GCC 12; 2025-11-21; median of 3 repetitions; `bench`*", lines)

    def test_StaleFigureInALineIsReported(self) -> None:
        line = "It takes <!-- figure: measured/select.json epoll_10000 -->{}<!-- end -->."
        self.assertEqual(self.check(line.format("110 µs")), [])
        self.assert_problem(self.check(line.format("99 µs")), 1, "-->99 µs", "-->110 µs")

    def test_MissingContextIsReported(self) -> None:
        self.write_json(compiler="")
        problems = self.check("<!-- table: measured/select.json cost -->", "<!-- end table -->")
        self.assert_problem(problems, 1, "lacks compiler")

    def test_TooFewRepetitionsAreReported(self) -> None:
        self.write_json(repetitions=1)
        problems = self.check("<!-- table: measured/select.json cost -->", "<!-- end table -->")
        self.assert_problem(problems, 1, "--benchmark_repetitions")

    def test_UnknownNamesAreReported(self) -> None:
        cases = {"<!-- figure: measured/select.json x -->1<!-- end -->": "figures.py has no `x`",
                 "<!-- figure: measured/y.json x -->1<!-- end -->": "y.json",
                 "<!-- figure: measured/select.json x -->1": "isn't complete",
                 "<!-- table: measured/select.json cost -->": "no `<!-- end table -->`"}
        for line, message in cases.items():
            with self.subTest(message):
                self.assert_problem(self.check(line), 1, message)

    def test_MarksInCodeSpansAreExamples(self) -> None:
        self.assertEqual(self.check("`<!-- table: a b -->`"), [])

    def test_PlotIsStaleOnceItsSourcesChange(self) -> None:
        file = self.root / "measured/figures.py"
        plot = figures.declared(file)["cost"]
        self.assert_problem(figures.stale_plots(self.root, [self.root]), 1, "img/cost.svg is out of date")
        self.write("img/cost.svg", plots.stamp(file, "cost", plot))
        self.assertEqual(figures.stale_plots(self.root, [self.root]), [])
        self.write_json(command="another")
        self.assert_problem(figures.stale_plots(self.root, [self.root]), 1, "out of date")

    def test_PlotIsDrawnTheSameEachTime(self) -> None:
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("this Python has no matplotlib")
        pictures = []
        for _ in range(2):
            self.assertEqual(list(figures.draw(self.root, self.root / "measured/figures.py")), [])
            pictures.append((self.root / "img/cost.svg").read_text())
        self.assertEqual(pictures[0], pictures[1])
        self.assertEqual(figures.stale_plots(self.root, [self.root]), [])
        self.assertIn("prefers-color-scheme: dark", pictures[0])

    def test_ColoursMoveIntoClasses(self) -> None:
        self.assertEqual(palette.classed("fill: none; stroke: #0969da; stroke-width: 2"),
                         'class="stroke-line1" style="fill: none; stroke-width: 2"')

    def test_LabelsAtOnePlaceMoveApart(self) -> None:
        self.assertEqual(plots.shifts([(9, 20.0), (9, 18.0), (5, 20.0)]), [12.0, 0.0, 0.0])

    def test_CountersAndArgumentsAreRead(self) -> None:
        benchmarks = benchmark_json.Benchmarks(self.root / "measured/select.json")
        self.assertEqual(benchmarks.counters("ready/poll", "fds")[3], (10000, 10000, 10000, 10000))
        self.assertEqual(benchmark_json.last_argument("a/idle:100/8/real_time/threads:2"), 8)
        with self.assertRaisesRegex(BookError, "no counter `x`"):
            benchmarks.counter("ready/poll/idle:10", "x")

    def test_ValuesAreWrittenWithThreeDigits(self) -> None:
        written = [benchmark_json.time(seconds) for seconds in (0, 1.234e-8, 9.999e-7, 0.0123, 1234)]
        self.assertEqual(written, ["0 ns", "12.3 ns", "1.00 µs", "12.3 ms", "1,234 s"])
        self.assertEqual(benchmark_json.kib(65536), "64.0 KiB")
