"""The files of contestants, and who of them takes part."""
from __future__ import annotations

import json
from pathlib import Path

import contestants
from bench_case import BenchTest, contestant
from contestants import YARDSTICK, Places
from options import ROOT


class Contestants(BenchTest):
    def read(self) -> list[contestants.Contestant]:
        return contestants.read(self.root)

    def test_OurFilesAreValidAndHoldTheYardstick(self) -> None:
        everybody = contestants.read(ROOT)
        self.assertIn(YARDSTICK, [one.name for one in everybody if one.peer])
        places = Places(Path("/build"), Path("/source"))
        for one in everybody:
            with self.subTest(one.name):
                self.assertTrue(one.what)
                self.assertNotRegex(places.fill(one.command).replace("{port}", ""), "[{}]")

    def test_OurServersAreThere(self) -> None:
        for one in contestants.read(ROOT):
            if not one.peer:
                program = one.command.split()[0].replace("{build}", str(ROOT))
                self.assertTrue(Path(program + ".cpp").is_file(), program)

    def test_WhatIsWrongInAFileIsNamed(self) -> None:
        good = contestant("a", "run")
        cases = {"a name": {**good, "name": "a/b/c"}, "lacks {port}": {**good, "command": "run"},
                 "what it holds and why": {**good, "holds": 5}, "'wat'": {**good, "wat": 1}}
        for message, record in cases.items():
            with self.subTest(message):
                self.enter([record])
                pattern = "is no name" if message == "a name" else message
                self.assertRaisesRegex(ValueError, f"contestants.json: .*{pattern}", self.read)
        self.write("contestants.json", "no JSON")
        self.assertRaisesRegex(ValueError, "contestants.json", self.read)

    def test_NameIsTakenOnceInBothFiles(self) -> None:
        for name in ("a", "yours"):
            with self.subTest(name):
                self.enter([contestant("a", "x")], [contestant(name, "y")])
                self.assertRaisesRegex(ValueError, f"the name {name} is taken", self.read)

    def test_YardstickIsAlwaysAmongTheChosen(self) -> None:
        self.enter([contestant("a", "x"), contestant("b", "x")], [contestant("peer", "x")])
        def chosen(only: list[str], peers: bool) -> list[str]:
            return [one.name for one in contestants.chosen(self.read(), only, peers)]
        self.assertEqual(chosen([], False), ["a", "b", YARDSTICK])
        self.assertEqual(chosen([], True), ["a", "b", YARDSTICK, "peer"])
        self.assertEqual(chosen(["b"], False), ["b", YARDSTICK])
        self.assertEqual(chosen(["peer"], True), [YARDSTICK, "peer"])
        self.assertRaisesRegex(ValueError, "no contestant 'c'; there are a, b", chosen, ["c"], True)
        self.assertRaisesRegex(ValueError, "peer is a peer: --peers", chosen, ["peer"], False)

    def test_ContestantWithoutWhatItNeedsIsMissing(self) -> None:
        self.write("here", "")
        places = Places(self.root, self.root)
        cases = [({"needs": ["sh", "{build}/here"]}, ""),
                 ({"needs": ["{build}/nowhere"]}, f"needs {self.root}/nowhere"),
                 ({"needs": ["no-such-program"], "packages": ["pack", "age"]},
                  "needs the packages pack, age"),
                 ({"packages": ["pack"], "version": "echo 3"}, ""),
                 ({"packages": ["pack"], "version": "false"}, "needs the package pack")]
        for fields, why in cases:
            with self.subTest(fields):
                one = contestants.made(contestant("a", "x", **fields), peer=True)
                self.assertEqual(contestants.why_missing(one, places), why)

    def test_VersionIsTheFirstLineThatTheCommandPrints(self) -> None:
        places = Places(self.root, self.root)
        def version(command: str) -> str:
            one = contestants.made(contestant("a", "x", version=command), peer=True)
            return contestants.version(one, places)
        self.assertEqual(version("echo 1.2; echo more"), "1.2")
        self.assertEqual(version("echo 1.2; exit 1"), "")

    def test_ReadersCommandStartsInTheReadersFolder(self) -> None:
        there = self.root / "a b"
        made = contestants.reader_s(["./mine", "x y", "{port}"], there)
        self.assertEqual(made.command, f"env -C '{there}' -- ./mine 'x y' '{{port}}'")
        made = contestants.reader_s(["cd x && ./mine {port}"], there)
        self.assertEqual(made.command, f"env -C '{there}' -- sh -c 'cd x && ./mine {{port}}'")
        with self.assertRaisesRegex(ValueError, r"'./mine 5000' has no \{port\} in it"):
            contestants.reader_s(["./mine", "5000"], there)

    def test_ContestantsFilesAreJsonOfTheSameForm(self) -> None:
        for file in (ROOT / "contestants.json", ROOT / "common/load/peers/contestants.json"):
            for record in json.loads(file.read_text(encoding="utf-8")):
                self.assertLessEqual({"name", "what", "command"}, record.keys(), file)
