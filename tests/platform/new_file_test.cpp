#include "latchkey/platform/new_file.hpp"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::platform;
using latchkey::test::TempDir;

TEST_CASE("a new file is written once, by one of many", "[platform]") {
    TempDir dir;
    std::vector<int> saved(8);
    std::vector<std::thread> writers;
    for (std::size_t i = 0; i < saved.size(); ++i) {
        writers.emplace_back(
            [&, i] { saved[i] = save_new_file(dir / "f", std::to_string(i)) ? 1 : 0; });
    }
    for (std::thread& writer : writers) writer.join();
    std::string winners;
    for (std::size_t i = 0; i < saved.size(); ++i) {
        if (saved[i] == 1) winners += std::to_string(i);
    }
    CHECK(winners.size() == 1);
    CHECK(load_file(dir / "f") == winners);
    CHECK(list_directory(dir.path()).size() == 1);
}

TEST_CASE("a new file needs its directory", "[platform]") {
    TempDir dir;
    CHECK_THAT(test::error_text([&] { save_new_file(dir / "gone/f", "x"); }),
               Catch::EndsWith("No such file or directory (os error 2)"));
}
