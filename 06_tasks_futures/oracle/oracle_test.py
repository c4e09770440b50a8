"""The parts of the oracle, without our asyncio: a fake runner stands in for it."""
from __future__ import annotations

import contextlib
import io
import re
import sys
import tempfile
import unittest
from pathlib import Path

import counts
import mutants
import oracle
from features import EVERYTHING, features_of
from generator import generate
from program import Statement, parse, text_of
from random_numbers import Random
from runners import Failure, Runner, python_runner
from shrink import shrink

HAS_ASYNCIO = sys.version_info[:2] >= oracle.OLDEST

NESTED = """\
program 3
futures 2
semaphore 1 bounded
body
 try
  timeout 5
   await 0
  end
 catch timeout
  note 1
 finally
  sleep 0
 end
end
callback
 set_result 0 7
end
end
"""


def statements_of(block: list[Statement]):
    for each in block:
        yield each
        yield from statements_of(each.block)
        for clause in each.clauses:
            yield from statements_of(clause.block)


def names_in(program) -> set[str]:
    blocks = program.bodies + program.callbacks
    return {each.words[0] for block in blocks for each in statements_of(block)}


class ProgramTest(unittest.TestCase):
    def test_text_comes_back(self):
        programs = parse(NESTED + NESTED.replace("program 3", "program 4"))
        self.assertEqual([program.seed for program in programs], [3, 4])
        self.assertEqual(text_of(programs[0]), NESTED)

    def test_clauses_belong_to_their_try(self):
        guard = parse(NESTED)[0].bodies[0][0]
        self.assertEqual([clause.text for clause in guard.clauses], ["catch timeout", "finally"])
        self.assertEqual(guard.block[0].block[0].words, ("await", "0"))


class GeneratorTest(unittest.TestCase):
    def test_numbers_are_those_of_splitmix64(self):
        random = Random(1234567)
        self.assertEqual([random.next() for _ in range(3)],
                         [6457827717110365317, 3203168211198807973, 9817491932198370423])

    def test_a_seed_has_one_program(self):
        for seed in range(50):
            self.assertEqual(text_of(generate(seed)), text_of(generate(seed)))
        self.assertEqual(len({text_of(generate(seed)) for seed in range(50)}), 50)

    def test_programs_come_back_from_their_text(self):
        for seed in range(200):
            text = text_of(generate(seed))
            self.assertEqual(text_of(parse(text)[0]), text)

    def test_old_pythons_are_spared_what_is_new(self):
        new = {"wait_for", "uncancel", "group", "timeout", "queue.shutdown", "condition.wait",
               "semaphore.acquire"}
        seen = set().union(*(names_in(generate(seed, features_of((3, 11, 2))))
                             for seed in range(300)))
        self.assertFalse(seen & new)
        self.assertTrue({"gather", "await", "shield", "queue.get"} <= seen)

    def test_the_reference_has_everything(self):
        self.assertEqual(features_of((3, 13, 9)), EVERYTHING)
        self.assertFalse(features_of((3, 14, 0)))


class ShrinkTest(unittest.TestCase):
    def test_what_is_left_is_what_matters(self):
        def fails(programs):
            return ["cancel" in names_in(program) for program in programs]

        program = next(each for each in map(generate, range(100)) if fails([each])[0])
        smallest = shrink(program, fails)
        texts = [each.text for block in smallest.bodies + smallest.callbacks
                 for each in statements_of(block)]
        self.assertEqual(len(texts), 1)
        self.assertRegex(texts[0], r"^cancel \w+$")

    def test_what_does_not_fail_stays(self):
        program = parse(NESTED)[0]
        smallest = shrink(program, lambda programs: [False] * len(programs))
        self.assertEqual(text_of(smallest), NESTED)


ECHO = """\
import sys
for line in sys.stdin:
    words = line.split()
    if words[:1] == ["program"]:
        print("trace", words[1], flush=True)
        if words[1] == "{bad}":
            {fail}
        print("0 c1 note 1 = 1", "end", sep="\\n", flush=True)
"""


class RunnerTest(unittest.TestCase):
    def traces(self, fail: str, seconds: float = 30.0):
        code = ECHO.format(bad=2, fail=fail)
        runner = Runner("it", [sys.executable, "-c", code], seconds)
        return runner.traces([generate(seed) for seed in (1, 2, 3)])

    def test_traces_come_by_seed(self):
        self.assertEqual(self.traces("pass"), {n: ["0 c1 note 1 = 1"] for n in (1, 2, 3)})

    def test_who_dies_is_told_and_the_others_go_on(self):
        traces = self.traces("import os; os.abort()")
        self.assertEqual(traces[2], ["was ended by SIGABRT"])
        self.assertEqual(traces[3], ["0 c1 note 1 = 1"])

    def test_who_says_why_is_heard(self):
        traces = self.traces("print('0 c1 note', flush=True); sys.exit('why')")
        self.assertEqual(traces[2], ["0 c1 note", "has exited with 1\nwhy"])

    def test_who_does_all_and_complains_is_heard(self):
        with self.assertRaisesRegex(Failure, "seeds 1 to 3: has exited with 0\nwhy"):
            self.traces("print('why', file=sys.stderr)")

    def test_who_hangs_is_told(self):
        traces = self.traces("sys.stdin.read(); __import__('threading').Event().wait()", 1.0)
        self.assertIn("has not ended within 1 s", traces[2][-1])


class CountsTest(unittest.TestCase):
    def test_statements_and_outcomes_are_told_apart_without_numbers(self):
        for line, expected in {
            "3 c2 await 4 ! CancelledError(m1)": ("await", "CancelledError"),
            "3 c2 gather return 1 2 = [1 Error(3)]": ("gather", "list"),
            "3 c2 spawn 1 2 = t7": ("spawn", "tN"),
            "3 c2 with lock 0 = held": ("with lock", "held"),
            "9 end t2 unretrieved ! Error(1)": ("end unretrieved", "Error"),
        }.items():
            self.assertEqual(counts.statement_of(line), expected)


@unittest.skipUnless(HAS_ASYNCIO, "needs a newer Python")
class InterpreterTest(unittest.TestCase):
    def trace_of(self, text: str) -> list[str]:
        program = parse(text)[0]
        return python_runner(sys.executable).traces([program])[program.seed]

    def test_time_jumps_to_what_is_next(self):
        self.assertEqual(self.trace_of(NESTED.replace("  timeout 5", "  repeat 1")), [
            "0 c1 body 0 = t1",
            "0 main quiet = none",
            "0 main cancel t1 = true",
            "0 c1 await 0 ! CancelledError",
            "0 c1 sleep 0 = none",
            "0 c1 end ! CancelledError",
            "0 end f1 = cancelled",
            "0 end f2 = pending",
            "0 end t1 = cancelled",
        ])

    def test_the_page_tells_the_truth(self):
        page = (Path(oracle.__file__).parent / "README.md").read_text(encoding="utf-8")
        text, trace = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        self.assertEqual(self.trace_of(text), trace.splitlines())

    def test_two_runs_are_the_same(self):
        programs = [generate(seed, features_of(sys.version_info)) for seed in range(100)]
        runner = python_runner(sys.executable)
        self.assertEqual(runner.traces(programs), runner.traces(programs))


@unittest.skipUnless(HAS_ASYNCIO, "needs a newer Python")
class CommandTest(unittest.TestCase):
    """Python's interpreter takes the part of ours; a spoilt one is found out."""

    def run_with(self, spoil: str, *words: str) -> tuple[int, str]:
        folder = Path(oracle.__file__).parent
        with tempfile.TemporaryDirectory() as room:
            fake = Path(room) / "fake"
            fake.write_text(f"#!{sys.executable} -B\nimport asyncio, sys\n"
                            f"sys.path.insert(0, {str(folder)!r})\n"
                            f"import interpreter\n{spoil}\ninterpreter.main()\n")
            fake.chmod(0o755)
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = oracle.main([words[0], "--runner", str(fake), *words[1:]])
        return status, output.getvalue()

    def test_the_same_is_found_the_same(self):
        status, output = self.run_with("", "run", "--count", "60", "--seed", "1")
        self.assertEqual(status, 0, output)
        self.assertIn("60 programs do the same", output)

    def test_another_order_is_found_and_made_small(self):
        spoil = ("import collections\n"
                 "class Lifo(collections.deque):\n"
                 "    popleft = collections.deque.pop\n"
                 "init = interpreter.VirtualLoop.__init__\n"
                 "def changed(self):\n"
                 "    init(self)\n"
                 "    self._ready = Lifo()\n"
                 "interpreter.VirtualLoop.__init__ = changed")
        status, output = self.run_with(spoil, "run", "--count", "60", "--seed", "1")
        self.assertEqual(status, 1)
        self.assertIn("made smaller", output)
        self.assertIn("replay", output)


class MutantsTest(unittest.TestCase):
    def test_each_fault_has_its_one_place_in_the_library(self):
        for name, fault in mutants.FAULTS.items():
            source = (mutants.ROOT / mutants.LIBRARY / fault.file).read_text(encoding="utf-8")
            self.assertEqual(source.count(fault.right), 1, name)


if __name__ == "__main__":
    unittest.main()
