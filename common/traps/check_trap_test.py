"""check_trap.py sees whatever is wrong with a trap."""
import os
import tempfile
import unittest
from pathlib import Path

import check_trap
from check_trap import Compiler, Failure, Skipped

WORKS = "int main() {}\n"
FAILS = "int main() { return 1; }\n"
REFUSED = "int main() { return nobody_knows_this; }\n"
READS_FREED = """
int main() {
  int* number = new int(0);
  delete number;
  return *number;
}
"""
PRINTS = '#include <cstdio>\nint main() { std::puts("%s"); }\n'


class CheckTrapTest(unittest.TestCase):
    def check(self, bad, good=WORKS, compiler=("GNU", 12), flags=()):
        with tempfile.TemporaryDirectory() as folder:
            trap = Path(folder)
            (trap / "bad.cpp").write_text(bad)
            (trap / "good.cpp").write_text(good)
            command = [os.environ.get("CXX", "c++"), *flags]
            check_trap.check(Compiler(command, [], *compiler), trap)

    def assert_fails(self, words, *arguments, **options):
        with self.assertRaisesRegex(Failure, words):
            self.check(*arguments, **options)

    def test_refused(self):
        head = "// Refused: nobody_knows_this\n"
        self.check(head + REFUSED)
        self.assert_fails("bad.cpp compiles", head + WORKS)
        self.assert_fails("not for", "// Refused: something else\n" + REFUSED)
        self.assert_fails("good.cpp doesn't compile", head + REFUSED, good=REFUSED)
        self.assert_fails("good.cpp doesn't exit with 0", head + REFUSED, good=FAILS)

    def test_fails_under_address_sanitizer(self):
        head = "// Fails under AddressSanitizer: heap-use-after-free\n"
        self.check(head + READS_FREED)
        self.assert_fails("bad.cpp doesn't fail with", head + WORKS)
        self.assert_fails("bad.cpp doesn't fail with", head + FAILS)
        self.assert_fails("good.cpp doesn't exit with 0", head + READS_FREED, good=READS_FREED)
        with self.assertRaises(Skipped):
            self.check(head + READS_FREED, flags=["-fsanitize=undefined,thread"])

    def test_fails_with_one_compiler(self):
        head = "// Fails with g++ 12, works with clang++: free\n"
        abort = '#include <cstdio>\nint main() { std::puts("double free"); return 1; }\n'
        self.check(head + abort)
        self.assert_fails("bad.cpp doesn't fail with", head + WORKS)
        self.check(head + WORKS, compiler=("Clang", 12))
        self.assert_fails("bad.cpp doesn't exit with 0", head + abort, compiler=("Clang", 19))

    def test_a_compiler_that_is_not_named_builds_the_good_one(self):
        head = "// Fails with g++ 12, works with clang++: free\n"
        for bad in (WORKS, FAILS):
            self.check(head + bad, compiler=("GNU", 13))
        self.assert_fails("good.cpp", head + FAILS, good=FAILS, compiler=("GNU", 13))

    def test_fails_at_one_level(self):
        head = "// Fails with g++ 12 -O1, works with clang++: SIGABRT\n"
        aborts = "#include <cstdlib>\n#ifdef __OPTIMIZE__\nint main() { std::abort(); }\n#else\n"
        self.check(head + aborts + WORKS + "#endif\n")
        self.check(head + aborts + WORKS + "#endif\n", flags=["-O0", "-fsanitize=address"])
        self.assert_fails("bad.cpp doesn't fail with", head + WORKS)
        self.assert_fails("good.cpp doesn't exit with 0", head + aborts + "#endif\n",
                          good=aborts + WORKS + "#endif\n")

    def test_exits(self):
        self.check("// Exits with 1\n" + FAILS)
        self.assert_fails("bad.cpp doesn't exit with 1", "// Exits with 1\n" + WORKS)
        self.assert_fails("good.cpp doesn't exit", "// Exits with 1\n" + FAILS, good=FAILS)

    def test_prints(self):
        head = "// Prints 9 3 with g++ 12, 3 9 with clang++\n"
        self.check(head + PRINTS % "9 3")
        self.check(head + PRINTS % "3 9", compiler=("Clang", 19))
        self.check(head + PRINTS % "3 3", compiler=("GNU", 13))
        self.assert_fails("bad.cpp doesn't print 9 3", head + PRINTS % "3 9")
        self.assert_fails("bad.cpp doesn't print 3 9", head + PRINTS % "9 3",
                          compiler=("Clang", 19))

    def test_the_good_one_prints_what_it_says(self):
        head = "// Prints 3 9\n"
        self.check("// Exits with 1\n" + FAILS, good=head + PRINTS % "3 9")
        self.assert_fails("good.cpp doesn't print 3 9", "// Exits with 1\n" + FAILS,
                          good=head + PRINTS % "9 3")

    def test_nothing_expected(self):
        self.assert_fails("what is to be expected", WORKS)


if __name__ == "__main__":
    unittest.main()
