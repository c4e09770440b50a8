"""The time that is left, and what is drawn."""
from __future__ import annotations

import io
import unittest

import cells
import rounds
from contestants import Contestant
from progress import Forecast, Progress, duration

TWO = [Contestant("quick", "", "{port}"), Contestant("slow", "", "{port}")]
STEPS = rounds.plan(cells.chosen("1x64x1,churn"), TWO, 2, {})
TOOK = {"quick": 1.0, "slow": 8.0}


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class ProgressTest(unittest.TestCase):
    def test_TimeLeftIsWhatWasPlannedUntilSomethingIsMeasured(self) -> None:
        self.assertEqual(Forecast(STEPS, lambda step: 3.0).seconds(), 24.0)

    def test_TimeLeftIsWhatTheSameContestantTookInTheSameCell(self) -> None:
        forecast = Forecast(STEPS, lambda step: 3.0)
        for step in STEPS[:4]:
            forecast.done(step, TOOK[step.contestant.name])
        self.assertEqual(forecast.seconds(), 2 * (1.0 + 8.0))
        forecast.skipped(next(step for step in STEPS[4:] if step.contestant.name == "slow"))
        self.assertEqual(forecast.seconds(), 1.0 + 8.0 + 1.0)

    def test_CountingSystemCallsIsForecastByItself(self) -> None:
        calls = rounds.calls_pass(cells.chosen("1x64x1"), TWO[:1], 2, {})
        forecast = Forecast(STEPS[:1] + calls, lambda step: 5.0 if step.calls else 3.0)
        forecast.done(STEPS[0], 1.0)
        self.assertEqual(forecast.seconds(), 5.0)

    def test_TerminalShowsOneLineThatFits(self) -> None:
        terminal = Terminal()
        progress = Progress(STEPS, 2, terminal, lambda step: 3.0, width=60)
        progress.begin(STEPS[0])
        for step in STEPS[:4]:
            progress.end(step, 3.0)
        progress.begin(STEPS[4])
        progress.wipe()
        drawn = terminal.getvalue().split("\r\033[K")
        self.assertEqual(drawn[1][:57], "····················   0 %  24 s left  round 1 of 2, 1×64")
        self.assertEqual(drawn[2][:26], "━━━━━━━━━━··········  50 %")
        self.assertTrue(all(len(line) < 60 for line in drawn))
        self.assertEqual(drawn[-1], "")

    def test_ElsewhereEachCellAndRoundIsOneLine(self) -> None:
        stream = io.StringIO()
        progress = Progress(STEPS, 2, stream, lambda step: 3.0)
        for step in STEPS:
            progress.begin(step)
            progress.end(step, 3.0)
        progress.wipe()
        self.assertEqual([line.split(", ")[:2] for line in stream.getvalue().splitlines()],
                         [["round 1 of 2", "1x64x1"], ["round 1 of 2", "churn"],
                          ["round 2 of 2", "1x64x1"], ["round 2 of 2", "churn"]])

    def test_DurationsAreWrittenInMinutes(self) -> None:
        self.assertEqual([duration(value) for value in (0.2, 59.4, 60, 605)],
                         ["0 s", "59 s", "1 min 00 s", "10 min 05 s"])


if __name__ == "__main__":
    unittest.main()
