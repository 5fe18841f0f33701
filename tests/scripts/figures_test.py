import unittest

from harness.scripts import TempTree, run

TEXT_HPP = """#pragma once

/// Text.
/// Bytes in any encoding.
class Text {
public:
    int size() const { return 1; }  // A comment behind code is not a line of comment.
};
"""
TEXT_CPP = """#include "latchkey/base/text.hpp"

namespace latchkey::base {
namespace {
const int kTable[] = {
    1,
    2,
    3,
    4,
    5,
    6,
};
}
Text::Text(int a)
    : a_{a},
      b_(a) {
    auto job = [a] {
        f(a);
    };
}
Text& Text::operator=(const Text& other) {
    rows[index[1]] = R"(
}
)";
    return *this;
}
}
"""


class Figures(TempTree):
    def setUp(self):
        super().setUp()
        self.write("include/latchkey/base/text.hpp", TEXT_HPP)
        self.write("src/base/text.cpp", TEXT_CPP)
        self.write("src/platform/fd.cpp", '#include "latchkey/base/text.hpp"\n')
        self.write("src/platform/main.cpp", "int main() {}\n")
        self.write("tests/base/text_test.cpp", "// One.\n" * 37)
        self.write("tests/data/large.py", "# Not a test.\n" * 100)

    def figures(self, *arguments, code=0):
        """Name → the rest of its line."""
        result = run("figures", "--root", self.root, *arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return dict(line.split(": ", 1) for line in result.stdout.splitlines())

    def assert_figure(self, name, start):
        figure = self.figures()[name]
        self.assertTrue(figure.startswith(start), (name, figure))

    def test_counts_the_largest_areas_share(self):
        self.assert_figure("largest area's share of src", "93.10 %")  # 27 lines of 29
        self.assertIn("(base)", self.figures()["largest area's share of src"])

    def test_counts_lines_of_comment_among_those_that_are_not_empty(self):
        self.assert_figure("comment lines in public headers", "28.57 %")  # 2 lines of 7

    def test_counts_tests_and_what_they_test(self):
        self.assert_figure("test lines per source line", "1.00")  # 37 lines for 29 and 8
        self.assert_figure("sources with a test of their name", "50.00 %")  # text.cpp, not fd.cpp

    def test_tells_functions_from_tables_lambdas_and_strings(self):
        self.assert_figure("longest function", "7 lines")
        self.assertIn("src/base/text.cpp:14 Text()", self.figures()["longest function"])

    def test_names_files_that_are_too_long(self):
        self.assert_figure("files over 400 lines", "0")
        self.write("src/base/long.cpp", "\n" * 401)
        self.assert_figure("files over 400 lines", "1")
        self.assertIn("src/base/long.cpp 401", self.figures()["files over 400 lines"])

    def test_finds_circles_through_sources(self):
        self.assert_figure("circles of components inside an area", "0")
        self.write("src/base/a.hpp", "")
        self.write("src/base/b.hpp", "")
        self.write("src/base/a.cpp", '#include "a.hpp"\n#include "b.hpp"\n')
        self.write("src/base/b.cpp", '#include "b.hpp"\n#include "a.hpp"\n')
        self.assert_figure("circles of components inside an area", "1")
        self.assert_figure("circles of components between areas", "0")

    def test_counts_the_longest_chain(self):
        self.assert_figure("longest chain of includes", "2 components")
        self.write("include/latchkey/base/byte.hpp", "/// A byte.\n")
        self.write("include/latchkey/base/text.hpp", '#include "latchkey/base/byte.hpp"\n' + TEXT_HPP)
        self.assert_figure("longest chain of includes", "3 components")

    def test_check_fails_where_a_held_limit_is_passed(self):
        for area in ("archive", "config", "dist", "lock", "net", "store", "task"):
            self.write(f"src/{area}/part.cpp", "\n" * 27)  # No area has more than an eighth.
            self.write(f"tests/{area}/part_test.cpp", "\n" * 40)
        figures = self.figures("--check", code=1)
        self.assertIn("[held >= 30: not met]", figures["comment lines in public headers"])
        self.assertIn("[held >= 55]", figures["sources with a test of their name"])
        self.write("include/latchkey/base/text.hpp", "/// More.\n" + TEXT_HPP)
        self.assertIn("[held >= 30]", self.figures("--check")["comment lines in public headers"])

    def test_measures_builds_of_a_copy(self):
        self.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(sample CXX)\n"
                                     "add_executable(sample src/sample/main.cpp)\n"
                                     "target_include_directories(sample PRIVATE include)\n")
        self.write("CMakePresets.json", '{"version": 6, "configurePresets": [{"name": "release", '
                                        '"generator": "Ninja", "binaryDir": "${sourceDir}/build/release"}]}')
        self.write("src/sample/main.cpp", '#include "latchkey/base/text.hpp"\nint main() {}\n')
        figures = self.figures("--build")
        self.assertRegex(figures["cold build"], r"^\d+\.\d\d s")
        self.assertIn("include/latchkey/base/text.hpp, in 3 sources",
                      figures["build after a change of one header"])
        self.assertFalse((self.root / "build").exists())
        self.assertEqual((self.root / "include/latchkey/base/text.hpp").read_text(), TEXT_HPP)


if __name__ == "__main__":
    unittest.main()
