"""Ranks, ratios, tables and notes, from results that are known."""
from __future__ import annotations

import io
import unittest

import cells
import notes
import results as subject
import tables
import text
from bench_case import BenchTest, run_of
from benchmark_json import Measurement
from contestants import YARDSTICK

CELL = cells.CENTRAL.text


def costs(name: str, *values: float, cell: str = CELL, **more: object) -> list[dict]:
    return [run_of(name, cell, index, cost=int(value), **more)
            for index, value in enumerate(values)]


class Ranks(unittest.TestCase):
    def ranks(self, **spreads: tuple[float, float, float]) -> dict:
        return subject.ranks({name: Measurement(median, low, high)
                              for name, (low, median, high) in spreads.items()})

    def test_ThoseWhoLieApartHaveOneRank(self) -> None:
        self.assertEqual(self.ranks(a=(1, 1.1, 9), b=(2, 2.1, 9), c=(3, 3.1, 9)),
                         {"a": (1, 1), "b": (2, 2), "c": (3, 3)})

    def test_ThoseWhoOverlapShareARange(self) -> None:
        self.assertEqual(self.ranks(a=(1, 1.1, 2), b=(2, 2.6, 3), c=(2.5, 3.1, 4), d=(3, 4, 5)),
                         {"a": (1, 1), "b": (2, 3), "c": (2, 4), "d": (3, 4)})

    def test_EqualsShareAllTheirRanks(self) -> None:
        self.assertEqual(self.ranks(a=(1, 1, 1), b=(1, 1, 1)), {"a": (1, 2), "b": (1, 2)})


class ResultsTest(BenchTest):
    def test_NamesOfBenchmarksAreRead(self) -> None:
        cases = {"01/threads/50x1024x1+10000/real_time": ("01/threads", "50x1024x1+10000", False),
                 "03/churn/real_time": ("03", "churn", False),
                 "libuv/50x1024x1/system_calls": ("libuv", "50x1024x1", True),
                 "03/churn": ("03", "churn", False), "select_once/poll/10": None}
        for name, key in cases.items():
            self.assertEqual(subject.key_of(name), key, name)

    def test_VerdictIsTheLowestAgainstTheYardsticksLowest(self) -> None:
        found = self.results([*costs(YARDSTICK, 1000, 1500, 1200), *costs("a", 9000, 3000, 4000)])
        self.assertAlmostEqual(found.ratio("a", cells.CENTRAL), 3.0)
        self.assertEqual(found.servers(cells.CENTRAL), [YARDSTICK, "a"])
        self.assertEqual(tables.verdict(found, "a"),
                         "a: 2nd of 2 at 50×1024×1, 3.0 times the CPU of epoll in C")
        self.assertIsNone(tables.verdict(found, "b"))

    def test_VerdictSaysFromWhichRankToWhich(self) -> None:
        found = self.results([*costs(YARDSTICK, 1000, 1500, 1200), *costs("a", 1100, 1300, 1400)])
        self.assertTrue(tables.verdict(found, "a").startswith("a: 1st to 2nd of 2 at"))

    def test_OneRoundSaysNothingOfRanks(self) -> None:
        found = self.results([*costs(YARDSTICK, 1000), *costs("a", 9000)])
        self.assertEqual(set(found.ranked(cells.CENTRAL).values()), {(1, 2)})

    def test_TableShowsEachContestantCheapestFirst(self) -> None:
        found = self.results([*costs("a", 3000, 3000, 3000), *costs(YARDSTICK, 1000, 1100, 9000),
                              run_of("a", CELL, calls=True)])
        lines = text.lines(tables.of_cell(found, cells.CENTRAL))
        self.assertRegex(lines[0], "─ CPU a message, µs ─+ .* ─ latency, µs ─+ +─ a message ─+$")
        self.assertEqual(lines[2].split()[:6], ["1", YARDSTICK, "1.00", "1.00", "1.10", "9.00"])
        self.assertEqual(lines[3].split()[:4], ["2", "a", "3.00", "3.00"])
        self.assertEqual(lines[3].split()[-2:], ["0.50", "2.10"])
        self.assertEqual({len(line) for line in lines}, {len(lines[0])})

    def test_ColumnsOfIdleConnectionsStandOnlyWhereThereAreSome(self) -> None:
        found = self.results([*costs(YARDSTICK, 1000), *costs(YARDSTICK, 9, cell="1x64x1+10")])
        titles = [tables.of_cell(found, cell).headings[0] for cell in found.cells()]
        self.assertEqual([("MiB/s" in one, "KiB" in one) for one in titles],
                         [(False, True), (True, False)])

    def test_WhoCannotHoldACellHasADashAndAReason(self) -> None:
        found = self.results(costs(YARDSTICK, 1000), not_run=[["01", CELL, "one at a time"]])
        row = tables.of_cell(found, cells.CENTRAL).rows[-1]
        self.assertEqual(row[:3], ["–", "01", "–"])
        self.assertIn("01 is not in 50×1024×1: one at a time", notes.of(found))
        self.assertEqual(tables.matrix_rows(found)[-1], ["01", "–"])

    def test_FailedRoundMakesTheWholeCellFailed(self) -> None:
        bad = {**run_of("a", CELL, 2), "error_occurred": True,
               "error_message": "no answer\nlast words"}
        found = self.results([*costs(YARDSTICK, 1000), *costs("a", 500, 500), bad])
        self.assertEqual(tables.of_cell(found, cells.CENTRAL).rows[-1][:3], ["–", "a", "failed"])
        self.assertEqual(tables.matrix_rows(found)[-1], ["a", "failed"])
        self.assertIn("a failed in 50×1024×1: no answer\nlast words", notes.of(found))

    def test_MatrixIsSortedInTheCentralCell(self) -> None:
        runs = [run_of(name, cell, cost=cost) for cell, values in
                (("1x64x1", (10, 30, 20)), (CELL, (10, 20, 40)))
                for name, cost in zip((YARDSTICK, "a", "b"), values)]
        found = self.results(runs, cells=["1x64x1", CELL])
        self.assertEqual(tables.cells_table(found),
                         [["server", "1×64×1", "50×1024×1"], [YARDSTICK, "1.00", "1.00"],
                          ["a", "3.00", "2.00"], ["b", "2.00", "4.00"]])

    def test_NoiseIsNamedWithItsCell(self) -> None:
        quiet = self.results(costs(YARDSTICK, 1000, 1240, 9000))
        self.assertEqual(notes.noise(quiet), [])
        loud = self.results(costs(YARDSTICK, 1000, 1260, 1300))
        self.assertIn("too noisy for a verdict in 50×1024×1 (1.26): three quarters",
                      notes.noise(loud)[0])
        lucky = self.results(costs(YARDSTICK, 1000, *[1260] * 8))
        self.assertIn("too noisy", notes.noise(lucky)[0])
        reached = self.results(costs(YARDSTICK, 1000, 1050, 1100, *[2000] * 6))
        self.assertEqual(notes.noise(reached), [])
        stolen = self.results([*costs(YARDSTICK, 1000), *costs("a", 1000, steal=0.06)])
        self.assertIn("50×1024×1 (0.06): the host took", notes.noise(stolen)[0])
        together = self.results(costs(YARDSTICK, 1000), server_core="any", load_core="any")
        self.assertIn("share one core", notes.noise(together)[0])

    def test_FullCoreOfTheLoadIsNamed(self) -> None:
        found = self.results([*costs(YARDSTICK, 1000), *costs("a", 1, 2, 3, load_busy=0.97)])
        self.assertIn("own core was full in 50×1024×1", notes.full_core(found)[0])
        self.assertEqual(notes.full_core(self.results(costs(YARDSTICK, 1000))), [])

    def test_LoadsOwnCostIsComparedWithTheYardsticks(self) -> None:
        found = self.results(costs(YARDSTICK, 1000))
        self.assertIn("0.50 times the CPU of epoll_c at 50×1024×1", notes.load_cost(found)[0])

    def test_TablesAreWrittenInWhatTheTerminalKnows(self) -> None:
        plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        self.assertEqual(text.fitting("3–5 × µs ─━·", plain), "3-5 x us -#.")
        self.assertEqual(text.fitting("3–5", io.TextIOWrapper(io.BytesIO(), encoding="utf-8")),
                         "3–5")

    def test_CountsThatRunOnceDontSpoilTheCaption(self) -> None:
        found = self.results([*costs("a", 1, 2, 3), run_of("a", CELL, calls=True)])
        self.assertEqual(found.benchmarks.repetitions(), 3)


if __name__ == "__main__":
    unittest.main()
