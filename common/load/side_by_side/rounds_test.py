"""The order in which contestants are measured."""
from __future__ import annotations

import unittest
from collections import Counter

import cells
import rounds
from contestants import Contestant

ALL = [Contestant(name, "", "{port}") for name in "abcdefgh"]
CELLS = cells.chosen("1x64x1,50x64x1,churn")


class Rounds(unittest.TestCase):
    def test_EverybodyIsMeasuredOnceInEachCellAndRound(self) -> None:
        steps = rounds.plan(CELLS, ALL, 4, {})
        seen = Counter((step.round, *step.pair) for step in steps)
        self.assertEqual(len(seen), 4 * len(CELLS) * len(ALL))
        self.assertEqual(set(seen.values()), {1})

    def test_ThoseWhoAreComparedRunOneAfterAnother(self) -> None:
        steps = rounds.plan(CELLS, ALL, 2, {})
        places = list(dict.fromkeys((step.round, step.cell) for step in steps))
        self.assertEqual(places, [(number, cell) for number in range(2) for cell in CELLS])
        for at in range(0, len(steps), len(ALL)):
            self.assertEqual(len({(s.round, s.cell) for s in steps[at:at + len(ALL)]}), 1)

    def test_OrderChangesFromRoundToRoundAndIsTheSameInEachRun(self) -> None:
        for crowd in (ALL, ALL[:2]):
            steps = rounds.plan(CELLS, crowd, 5, {})
            self.assertEqual(steps, rounds.plan(CELLS, crowd, 5, {}))
            orders = [[step.contestant.name for step in steps
                       if step.round == number and step.cell == CELLS[1]] for number in range(5)]
            for before, after in zip(orders, orders[1:]):
                self.assertNotEqual(before, after)

    def test_OneAloneIsMeasuredInEachRound(self) -> None:
        self.assertEqual(len(rounds.plan(CELLS, ALL[:1], 3, {})), 9)

    def test_WhoCannotHoldACellIsLeftOutWithTheReason(self) -> None:
        few = Contestant("few", "", "{port}", holds=50, because="it is small")
        reasons = rounds.not_run(cells.chosen("50x64x1,50x64x1+1,churn"), [few, *ALL], 1024)
        self.assertEqual(reasons, {("few", "50x64x1+1"): "it is small"})
        steps = rounds.plan(cells.chosen("50x64x1+1"), [few, *ALL], 1, reasons)
        self.assertNotIn("few", [step.contestant.name for step in steps])
        calls = rounds.calls_pass(cells.chosen("50x64x1+1"), [few, *ALL], 1, reasons)
        self.assertEqual([step.contestant for step in calls], ALL)

    def test_CellThatNeedsTooManyDescriptorsIsLeftOut(self) -> None:
        reasons = rounds.not_run(cells.chosen("1000x64x1"), ALL[:1], 1024)
        self.assertIn("1,024 descriptors", reasons["a", "1000x64x1"])


if __name__ == "__main__":
    unittest.main()
