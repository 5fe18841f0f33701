#include "latchkey/screen/progress.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "screen/screen.hpp"

using namespace latchkey::screen;
using namespace std::chrono_literals;
using latchkey::test::Screen;

namespace {

const Progress::Time kStart{};
constexpr std::uint64_t kMiB = 1 << 20;

}  // namespace

TEST_CASE("nothing is drawn when progress is not visible, but lines are printed", "[screen]") {
    Screen screen;
    Output output = screen.output();
    {
        Progress progress(output, {.visible = false});
        progress.begin(1, "rustc", kMiB);
        progress.advance(1, 100);
        progress.tick(kStart);
        CHECK(screen.fresh().empty());
        progress.line("info: something\n");
        CHECK(screen.fresh() == "info: something\n");
        progress.finish(1);
        progress.tick(kStart + 1s);
    }
    CHECK(screen.fresh().empty());
}

TEST_CASE("a frame is drawn over the last one", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true, .columns = 90});
    progress.begin(1, "rustc", 30 * kMiB);
    progress.begin(2, "rust-std", std::nullopt);
    progress.tick(kStart);
    CHECK(screen.fresh() ==
          "        rustc downloading [               ]     0.0/30.0 MiB        0 B/s  ETA -\033[K\n"
          "     rust-std downloading                                0 B        0 B/s\033[K\n"
          "        total 0/2 done                                   0 B        0 B/s\033[K\n"
          "\033[J");

    progress.advance(1, 10 * kMiB);
    progress.advance(2, 1536);
    progress.tick(kStart + 1s);
    CHECK(
        screen.fresh() ==
        "\033[3A\r"
        "        rustc downloading [#####          ]    10.0/30.0 MiB   10.0 MiB/s  ETA 2s\033[K\n"
        "     rust-std downloading                            1.5 KiB    1.5 KiB/s\033[K\n"
        "        total 0/2 done                              10.0 MiB   10.0 MiB/s\033[K\n"
        "\033[J");
}

TEST_CASE("what is finished scrolls up and is never drawn again", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true});
    progress.begin(1, "rustc", 30 * kMiB);
    progress.begin(2, "cargo", std::nullopt);
    progress.phase(2, Phase::waiting, "for pid 4711");
    progress.tick(kStart);
    (void)screen.fresh();
    progress.finish(1);
    progress.tick(kStart + 1s);
    CHECK(screen.fresh() ==
          "\033[3A\r        rustc installed                       30.0 MiB\033[K\n"
          "        cargo waiting for pid 4711\033[K\n\033[J");
    progress.finish(2);
    progress.tick(kStart + 2s);
    CHECK(screen.fresh() == "\033[1A\r        cargo installed\033[K\n\033[J");
    progress.tick(kStart + 3s);
    CHECK(screen.fresh().empty());
}

TEST_CASE("at most ten frames a second are drawn", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true});
    progress.begin(1, "rustc", kMiB);
    int frames = 0;
    for (auto time = 0ms; time < 1000ms; time += 7ms) {
        progress.advance(1, 10);
        progress.tick(kStart + time);
        if (!screen.fresh().empty()) ++frames;
    }
    CHECK(frames >= 9);
    CHECK(frames <= 10);
}

TEST_CASE("a log line goes above the lines, which are drawn again below", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true});
    progress.begin(1, "rustc", std::nullopt);
    progress.phase(1, Phase::retrying);
    progress.line("info: early");
    CHECK(screen.fresh() == "info: early\n");
    progress.tick(kStart);
    const std::string row = "        rustc retrying download...\033[K\n\033[J";
    CHECK(screen.fresh() == row);
    progress.line("info: late\n");
    CHECK(screen.fresh() == "\033[1A\r\033[Jinfo: late\n" + row);
}

TEST_CASE("unfinished lines go away at the end, finished ones stay", "[screen]") {
    Screen screen;
    Output output = screen.output();
    {
        Progress progress(output, {.visible = true});
        progress.begin(1, "rustc", std::nullopt);
        progress.begin(2, "cargo", std::nullopt);
        progress.tick(kStart);
        (void)screen.fresh();
        progress.phase(1, Phase::failed);
        progress.tick(kStart + 75s);
        (void)screen.fresh();
        progress.finish(1);
    }
    CHECK(screen.fresh() == "\033[3A\r        rustc download failed after 1m 15s\033[K\n\033[J");
}

TEST_CASE("each phase has its words, and a spinner turns", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true});
    progress.begin(1, "rustc", 4 * kMiB);
    progress.advance(1, kMiB);
    auto now = kStart;
    const auto shown = [&](Phase phase, const std::string& text) {
        progress.phase(1, phase, text);
        progress.tick(now += 100ms);
        const std::string frame = screen.fresh();
        const std::size_t begin = frame.find("rustc ") + 6;
        return frame.substr(begin, frame.find('\033', begin) - begin);
    };
    CHECK(shown(Phase::waiting, "") == "waiting");
    CHECK(shown(Phase::unpacking, "").starts_with("unpacking   [##       ]      1.0/4.0 MiB"));
    CHECK(shown(Phase::installing, "") == "installing \\");
    CHECK(shown(Phase::installing, "Checking...") == "Checking... |");
    CHECK(shown(Phase::failed, "gone") == "gone");
    CHECK(shown(Phase::waiting, "for \033[31mred") == "waiting for ?[31mred");
}

TEST_CASE("beginning again starts from zero in the same place", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true});
    progress.begin(1, "rustc", 2 * kMiB);
    progress.begin(2, "cargo", 2 * kMiB);
    progress.advance(1, kMiB);
    progress.begin(1, "rustc", 4 * kMiB);
    progress.drop(2);
    progress.tick(kStart);
    CHECK(
        screen.fresh() ==
        "        rustc downloading [         ]      0.0/4.0 MiB        0 B/s  ETA -\033[K\n\033[J");
}

TEST_CASE("lines fit into the terminal, in both directions", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true, .columns = 22, .rows = 4});
    for (Progress::Id id = 1; id <= 5; ++id) {
        progress.begin(id, "c" + std::to_string(id), std::nullopt);
        progress.phase(id, Phase::waiting, "f\xC3\xBCr immer");
    }
    progress.tick(kStart);
    CHECK(screen.fresh() ==
          "           c1 waiting\033[K\n           c2 waiting\033[K\n"
          "total 0/5 done 0 B 0 \033[K\n\033[J");
}

TEST_CASE("names are bold where colours are wanted, and widen their column", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true, .color = true});
    progress.begin(1, "rustc", std::nullopt);
    progress.begin(2, "rust-std for wasm32", std::nullopt);
    progress.phase(1, Phase::waiting);
    progress.phase(2, Phase::waiting);
    progress.tick(kStart);
    CHECK(
        screen.fresh() ==
        "              \033[1mrustc\033[0m waiting\033[K\n"
        "\033[1mrust-std for wasm32\033[0m waiting\033[K\n"
        "              \033[1mtotal\033[0m 0/2 done                                   0 B        0 "
        "B/s\033[K\n\033[J");
}

TEST_CASE("what is installed says so in green, and the next operation's names begin anew",
          "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true, .color = true});
    progress.begin(1, "rust-std-wasm32-unknown-unknown", std::nullopt);
    progress.finish(1);
    progress.tick(kStart);
    CHECK(screen.fresh() ==
          "\033[1mrust-std-wasm32-unknown-unknown\033[0m \033[1m\033[92minstalled\033[0m\033[K\n"
          "\033[J");
    progress.begin(2, "rustc", std::nullopt);
    progress.finish(2);
    progress.tick(kStart + 1s);
    CHECK(screen.fresh() ==
          "        \033[1mrustc\033[0m \033[1m\033[92minstalled\033[0m\033[K\n\033[J");
}

TEST_CASE("a line of its own words stays in its place, in colours also where it is cut",
          "[screen]") {
    Screen screen;
    Output output = screen.output();
    for (const unsigned columns : {30U, 12U}) {
        const bool fits = columns == 30;
        Progress progress(output, {.visible = true, .color = true, .columns = columns});
        progress.say(1, "stable - asked", "\033[1mstable - \033[0masked", true);
        progress.say(2, "beta - asked", "beta - asked", true);
        progress.tick(kStart);
        CHECK(screen.fresh() ==
              (fits ? "\033[1mstable - \033[0masked \033[1m\033[96m/\033[0m\033[K\n"
                      "beta - asked \033[1m\033[96m/\033[0m\033[K\n\033[J"
                    : "\033[1mstable - \033[0mas\033[1m\033[96m\033[0m\033[K\n"
                      "beta - aske\033[1m\033[96m\033[0m\033[K\n\033[J"));
        progress.say(1, "stable - good", "stable - \033[1mgood\033[0m", false);
        progress.drop(2);
        progress.tick(kStart + 1s);
        CHECK(screen.fresh() == (fits ? "\033[2A\rstable - \033[1mgood\033[0m\033[K\n\033[J"
                                      : "\033[2A\rstable - \033[1mgo\033[0m\033[K\n\033[J"));
        progress.close();
        CHECK(screen.fresh() == "\033[1A\r\033[J");
    }
}

namespace {

/// The lines of a frame, without what moves the cursor.
std::vector<std::string> lines_of(const std::string& frame) {
    std::vector<std::string> lines;
    std::size_t at = frame.starts_with("\033[") ? frame.find('\r') + 1 : 0;
    for (std::size_t end; (end = frame.find("\033[K\n", at)) != std::string::npos; at = end + 4) {
        lines.push_back(frame.substr(at, end - at));
    }
    return lines;
}

}  // namespace

TEST_CASE("the total counts what is done, and goes when one is left", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true});
    for (Progress::Id id = 1; id <= 3; ++id) progress.begin(id, "c" + std::to_string(id), 2 * kMiB);
    progress.tick(kStart);
    for (Progress::Id id = 1; id <= 3; ++id) progress.advance(id, kMiB);
    progress.tick(kStart + 1s);
    (void)screen.fresh();
    progress.advance(1, kMiB);
    progress.finish(1);
    progress.tick(kStart + 2s);
    const auto lines = lines_of(screen.fresh());
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == "           c1 installed                        2.0 MiB");
    CHECK(lines[3].starts_with(
        "        total 1/3 done    [######   ]      4.0/6.0 MiB    2.0 MiB/s"));
    progress.finish(2);
    progress.tick(kStart + 3s);
    CHECK(lines_of(screen.fresh()).back().starts_with("           c3 downloading"));
    progress.finish(3);
    progress.begin(4, "c4", kMiB);
    progress.begin(5, "c5", kMiB);
    progress.tick(kStart + 4s);
    CHECK(lines_of(screen.fresh()).back().starts_with("        total 0/2 done"));
}

TEST_CASE("where lines are more than rows, those show at which something happens", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true, .columns = 40, .rows = 5});
    for (Progress::Id id = 1; id <= 6; ++id) {
        progress.begin(id, "c" + std::to_string(id), std::nullopt);
        if (id != 3 && id != 5) progress.phase(id, Phase::waiting);
    }
    progress.tick(kStart);
    CHECK(lines_of(screen.fresh()) ==
          std::vector<std::string>{"           c1 waiting", "           c3 downloading 0 B",
                                   "           c5 downloading 0 B", "total 0/6 done 0 B 0 B/s"});
    for (Progress::Id id = 1; id <= 6; ++id) progress.phase(id, Phase::waiting, "for pid 1");
    progress.tick(kStart + 1s);
    const auto lines = lines_of(screen.fresh());
    CHECK(lines.size() == 4);
    CHECK(lines.back().starts_with("total 0/6"));
}

TEST_CASE("what an earlier command left is progress, and no speed", "[screen]") {
    Screen screen;
    Output output = screen.output();
    Progress progress(output, {.visible = true, .columns = 90});
    progress.begin(1, "rustc", std::nullopt);
    progress.tick(kStart);
    progress.resume(1, 20 * kMiB);
    progress.total(1, 30 * kMiB);
    progress.advance(1, kMiB);
    (void)screen.fresh();
    progress.tick(kStart + 1s);
    CHECK(lines_of(screen.fresh()).back() ==
          "        rustc downloading [##########     ]    21.0/30.0 MiB    1.0 MiB/s  ETA 9s");
}

TEST_CASE("every frame fits into the terminal as it is by then", "[screen]") {
    Screen screen;
    Output output = screen.output();
    ProgressSetup::Size size{100, 24};
    Progress progress(output, {.visible = true, .find_size = [&size] { return size; }});
    progress.begin(1, "rustc-codegen-cranelift", 30 * kMiB);
    progress.begin(2, "rustc", 30 * kMiB);
    auto now = kStart;
    for (const auto columns : {100U, 80U, 60U, 40U, 20U, 5U, 1U, 40U}) {
        size = {columns, 24};
        progress.tick(now += 1s);
        for (const std::string& line : lines_of(screen.fresh())) {
            CHECK(line.size() < std::max(2U, columns));
        }
    }
    progress.advance(2, 15 * kMiB);
    size = {31, 24};
    progress.tick(now += 1s);
    CHECK(lines_of(screen.fresh())[1] == "        rustc downloading 50%");
    size = {80, 2};
    progress.tick(now += 1s);
    CHECK(lines_of(screen.fresh()).size() == 1);
}

TEST_CASE("without a cursor that moves, only what is finished is printed", "[screen]") {
    Screen screen;
    Output output = screen.output();
    {
        Progress progress(output, {.visible = true, .plain = true});
        progress.begin(1, "rustc", 30 * kMiB);
        progress.begin(2, "cargo", 30 * kMiB);
        progress.advance(1, kMiB);
        progress.tick(kStart);
        progress.say(3, "stable - Checking...", "stable - Checking...", true);
        progress.line("info: something");
        CHECK(screen.fresh() == "info: something\n");
        progress.finish(1);
        progress.tick(kStart + 1s);
        CHECK(screen.fresh() == "        rustc installed                       30.0 MiB\n");
    }
    CHECK(screen.fresh().empty());
}
