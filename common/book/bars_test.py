"""Bars are drawn from measurements, within what fits a page."""
from __future__ import annotations

import json
import re

import plots
from bars import MOST, Bar, Bars
from benchmark_json import Benchmarks, Measurement
from book_case import BookTest
from pages import BookError


def bars(n: int) -> list[Bar]:
    return [Bar(f"server {i}", Measurement(2.0 + i, 1.0 + i, 3.0 + i), ("ours", "theirs")[i % 2],
                f"{i} ×") for i in range(n)]


class BarsTest(BookTest):
    def setUp(self) -> None:
        super().setUp()
        run = {"name": "a", "real_time": 1, "cpu_time": 1, "time_unit": "ns"}
        context = {"cpu": "A CPU", "num_cpus": 2, "compiler": "GCC 12", "date": "2025-11-21",
                   "command": "bench"}
        data = {"benchmarks": 3 * [run], "context": context}
        self.json = self.write("some.json", json.dumps(data))

    def picture(self, n: int) -> Bars:
        return Bars(json="some.json", out="bars.svg", title="Who costs what", xlabel="cost",
                    groups={"ours": "line1", "theirs": "muted", "yours": "line2"},
                    bars=lambda benchmarks: bars(n), reference="server 1")

    def drawn(self, n: int) -> str:
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("this Python has no matplotlib")
        plots.draw_into(self.root / "bars.svg", self.picture(n), Benchmarks(self.json))
        return (self.root / "bars.svg").read_text(encoding="utf-8")

    def test_NoBarsAndTooManyAreRefused(self) -> None:
        for n in (0, MOST + 1):
            with self.assertRaisesRegex(BookError, f"has {n} bars; 1 to {MOST}"):
                self.picture(n).data(Benchmarks(self.json))

    def test_MoreBarsMakeATallerPicture(self) -> None:
        few, many = (self.picture(n).height(bars(n)) for n in (3, 20))
        self.assertGreater(many, 2 * few)

    def test_EachBarHasItsLabelItsRemarkAndTheColourOfItsGroup(self) -> None:
        svg = self.drawn(4)
        for words in ("server 0", "server 3", "3 ×", "■ ours", "■ theirs", "Who costs what"):
            self.assertIn(words, svg)
        self.assertNotIn("yours", svg)
        self.assertEqual(len(re.findall(r'<path [^>]*class="fill-line1"', svg)), 2)
        self.assertIn("prefers-color-scheme: dark", svg)

    def test_OneGroupNeedsNoLegend(self) -> None:
        self.assertNotIn("■", self.drawn(1))

    def test_PictureIsStaleOnceItsFunctionChanges(self) -> None:
        figures = self.write("figures.py", "")
        self.assertIn(__file__, map(str, self.picture(1).sources()))
        before = plots.stamp(figures, "x", self.picture(1))
        figures.write_text("changed")
        self.assertNotEqual(before, plots.stamp(figures, "x", self.picture(1)))

    def test_PowersOfTenAloneAreTooFewTicksForASmallSpan(self) -> None:
        def series(high: float) -> plots.Series:
            return {"a": [plots.Point(1, 2, 1, 3), plots.Point(2, high, high, high)]}
        self.assertEqual([plots.spans_little(series(high)) for high in (49, 50)], [True, False])
