import unittest

from harness.scripts import TempTree, run

CMAKE = """
latchkey_area(base SOURCES text.cpp LIBRARIES third_party::fmt)
latchkey_area(platform SOURCES fd.cpp AREAS base)
latchkey_area(lock SOURCES key.cpp AREAS platform)
latchkey_area(dist SOURCES channel.cpp AREAS base)
latchkey_area(task SOURCES loop.cpp AREAS lock)
"""


class CheckLayers(TempTree):
    def setUp(self):
        super().setUp()
        self.write("CMakeLists.txt", CMAKE)
        self.write("include/latchkey/base/text.hpp", "#pragma once\n#include <string>\n")
        self.write("include/latchkey/base/permit_mint.hpp", "#pragma once\n")
        self.write("include/latchkey/platform/fd.hpp", "#pragma once\n")
        self.write("include/latchkey/lock/key.hpp", '#include "latchkey/platform/fd.hpp"\n')
        self.write("include/latchkey/dist/channel.hpp", '#include "latchkey/base/text.hpp"\n')
        # Each link and each public header has a use.
        self.write("src/platform/words.cpp", '#include "latchkey/base/text.hpp"\n')
        self.write("src/task/turns.cpp", '#include "latchkey/lock/key.hpp"\n')
        self.write("tests/base/text_test.cpp", '#include "latchkey/base/permit_mint.hpp"\n')
        self.write("tests/dist/channel_test.cpp", '#include "latchkey/dist/channel.hpp"\n')

    def faults(self):
        result = run("check-layers", "--root", self.root)
        lines = result.stdout.splitlines()[:-1]
        self.assertEqual(result.returncode, 1 if lines else 0, result.stderr)
        return lines

    def assert_fault(self, path, source, what):
        self.write(path, source)
        faults = self.faults()
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(path, faults[0])
        self.assertIn(what, faults[0])

    def test_passes_a_tree_whose_arrows_point_down(self):
        self.write("src/lock/lane.hpp", "#pragma once\n")
        self.write("src/lock/key.cpp", '#include "latchkey/lock/key.hpp"\n'
                                       '#include <fcntl.h>\n#include "lane.hpp"\n'
                                       '#include "latchkey/base/text.hpp"  // two steps below\n')
        self.assertEqual(self.faults(), [])

    def test_finds_an_arrow_that_points_up(self):
        self.assert_fault("src/platform/fd.cpp", '#include "latchkey/lock/key.hpp"\n',
                          "'platform' may not include 'lock'")

    def test_finds_an_arrow_to_the_side(self):
        self.assert_fault("src/lock/key.cpp", '\n#include "latchkey/dist/channel.hpp"\n',
                          "key.cpp:2: 'lock' may not include 'dist'")

    def test_finds_an_include_that_cmake_does_not_link(self):
        self.write("CMakeLists.txt", CMAKE + "latchkey_area(config SOURCES a.cpp AREAS lock)\n")
        self.write("src/config/b.cpp", '#include "latchkey/lock/key.hpp"\n')
        self.assert_fault("src/config/a.cpp", '#include "latchkey/dist/channel.hpp"\n',
                          "does not link 'dist'")

    def test_finds_a_link_that_the_table_forbids(self):
        self.write("CMakeLists.txt", CMAKE.replace("AREAS platform", "AREAS platform dist"))
        self.assertIn("'lock' links 'dist'", self.faults()[0])

    def test_finds_a_link_that_no_file_needs(self):
        self.write("src/task/turns.cpp", '#include "latchkey/platform/fd.hpp"  // by way of lock\n')
        self.write("tests/lock/key_test.cpp", '#include "latchkey/lock/key.hpp"\n')
        self.assertEqual(len(self.faults()), 1)
        self.assertIn("'task' links 'lock', but includes nothing of it", self.faults()[0])

    def test_finds_a_public_header_that_only_its_own_area_includes(self):
        self.write("src/lock/key.cpp", '#include "latchkey/lock/lane.hpp"\n')
        self.assert_fault("include/latchkey/lock/lane.hpp", "", "it belongs in src/lock")

    def test_passes_a_public_header_of_which_a_test_or_another_public_header_has_need(self):
        self.write("include/latchkey/lock/lane.hpp", "")
        self.write("include/latchkey/lock/key.hpp", '#include "latchkey/platform/fd.hpp"\n'
                                                    '#include "latchkey/lock/lane.hpp"\n')
        self.write("include/latchkey/lock/range.hpp", "")
        self.write("bench/lock/main.cpp", '#include "latchkey/lock/range.hpp"\n')
        self.assertEqual(self.faults(), [])

    def test_finds_a_circle_of_components(self):
        self.write("src/lock/lane.hpp", '#include "latchkey/lock/key.hpp"\n')
        self.assert_fault("src/lock/key.cpp", '#include "lane.hpp"\n',
                          "a circle of components: lock/key, lock/lane")

    def test_passes_a_component_whose_header_and_source_include_others(self):
        self.write("src/lock/lane.hpp", "")
        self.write("src/lock/lane.cpp", '#include "lane.hpp"\n#include "latchkey/lock/key.hpp"\n')
        self.write("src/lock/key.cpp", '#include "latchkey/lock/key.hpp"\n#include "lane.hpp"\n')
        self.assertIn("circle", self.faults()[0])
        self.write("src/lock/key.cpp", '#include "latchkey/lock/key.hpp"\n')
        self.assertEqual(self.faults(), [])

    def test_finds_an_area_without_a_line_in_cmake(self):
        self.write("src/config/a.cpp", '#include "latchkey/dist/channel.hpp"\n')
        self.assertIn("no latchkey_area(config", self.faults()[0])

    def test_finds_an_unknown_area(self):
        self.assert_fault("src/utils/a.cpp", "", "'utils' is no area")

    def test_finds_another_areas_private_header(self):
        self.write("src/platform/secret.hpp", "")
        self.assert_fault("src/lock/key.cpp", '#include "../platform/secret.hpp"\n', "out of the folder")

    def test_finds_heavy_libraries_in_public_headers(self):
        for name in ("boost/json.hpp", "openssl/evp.h", "archive.h", "toml++/toml.h"):
            self.write("include/latchkey/base/text.hpp", f"#include <{name}>\n")
            faults = self.faults()
            self.assertTrue(any("belongs to a .cpp" in fault for fault in faults), (name, faults))

    def test_finds_a_loop_below_task(self):
        self.assert_fault("src/lock/key.cpp", "#include <boost/asio/io_context.hpp>\n",
                          "'lock' may not include")

    def test_finds_system_calls_in_the_pure_areas(self):
        self.assert_fault("src/dist/channel.cpp", "#include <unistd.h>\n", "'dist' may not include")

    def test_lets_task_and_main_files_make_permits_and_nobody_else(self):
        include = '#include "latchkey/base/permit_mint.hpp"\n'
        self.write("src/task/loop.cpp", include)
        self.write("src/lock/main.cpp", include)
        self.assertEqual(self.faults(), [])
        self.assert_fault("src/lock/key.cpp", include, "permits are made by")

    def test_finds_getenv_outside_of_platform(self):
        self.write("src/platform/fd.cpp", 'char* a = getenv("A");\n')
        self.write("src/dist/channel.cpp", '// getenv is forbidden\nauto a = "getenv";\n')
        self.assertEqual(self.faults(), [])
        self.assert_fault("src/lock/key.cpp", 'auto a = std::getenv("A");\n', "'getenv'")

    def test_finds_threads_outside_of_task(self):
        self.write("src/task/loop.cpp", "std::thread t;\n")
        self.write("src/lock/key.cpp", "auto n = std::thread::hardware_concurrency();\n")
        self.assertEqual(self.faults(), [])
        self.assert_fault("src/lock/key.cpp", "std::jthread t;\n", "'jthread'")
        self.assert_fault("src/lock/key.cpp", "std::thread t{f};\n", "'std::thread'")


if __name__ == "__main__":
    unittest.main()
