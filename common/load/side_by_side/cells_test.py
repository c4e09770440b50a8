"""The grammar of cells."""
from __future__ import annotations

import unittest

import cells


class Cells(unittest.TestCase):
    def test_CellIsConnectionsSizeDepthAndIdle(self) -> None:
        cell = cells.parse("50x1024x16+10000")
        self.assertEqual((cell.connections, cell.size, cell.depth, cell.idle),
                         (50, 1024, 16, 10000))
        self.assertEqual((cell.text, cell.pretty), ("50x1024x16+10000", "50×1024×16+10000"))
        self.assertEqual(cell.words, "50 connections, 1,024 bytes, 16 in flight on each, "
                                     "beside 10,000 idle ones")

    def test_CellMayBeWrittenAsTheTextsWriteIt(self) -> None:
        self.assertEqual(cells.parse("50×64×1"), cells.parse("50x64x1"))

    def test_WhatIsNoCellIsRefusedByName(self) -> None:
        for text in ("", "50", "50x64", "50x64x1x1", "0x64x1", "1x64x1+0", "1x64x1+", "-1x1x1",
                     "1x64x1 ", "Churn"):
            with self.subTest(text), self.assertRaisesRegex(ValueError, "is no cell; a cell is"):
                cells.parse(text)

    def test_ServerOfOneClientCanPassChurnButNoIdleCell(self) -> None:
        self.assertEqual([cells.parse(text).open for text in ("churn", "1x64x1", "1x64x1+10")],
                         [1, 1, 11])

    def test_SetsAndCellsAreJoinedAndEachIsTakenOnce(self) -> None:
        self.assertEqual(len(cells.chosen("main")), 8)
        self.assertEqual(len(cells.chosen("all,main,churn")), 12)
        self.assertEqual([cell.text for cell in cells.chosen("2x1x1,churn,2x1x1")],
                         ["2x1x1", "churn"])

    def test_ContestantsAreSortedInTheCentralCellOrElseTheFirst(self) -> None:
        self.assertEqual(cells.central(cells.QUICK).text, "50x1024x1")
        self.assertEqual(cells.central(cells.chosen("churn,1x1x1")).text, "churn")
        self.assertIsNone(cells.central([]))


if __name__ == "__main__":
    unittest.main()
