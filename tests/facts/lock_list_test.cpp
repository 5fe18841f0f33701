#include "latchkey/facts/lock_list.hpp"

#include <catch2/catch.hpp>

#include "latchkey/screen/redrawn_block.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::facts;
using namespace std::chrono_literals;
using lock::Key;
using lock::Mode;

namespace {

/// A home with the names that the tests use.
struct Names {
    test::TempDir folder;
    store::Home home{folder.path()};
    store::KeyNames names;

    Names() {
        folder.make("toolchains/stable");
        names.add(home);
    }
    std::vector<LockRow> rows(std::uint64_t first, std::uint64_t last, Mode mode) const {
        return make_rows({first, last, mode, 4711}, names, home);
    }
};

const Key kStable = Key::toolchain("stable");

LockRow row_of(const std::string& kind, const std::string& what, pid_t process, bool waits) {
    LockRow row;
    row.kind = kind;
    row.what = what;
    row.process = process;
    row.waits = waits;
    row.mode = Mode::exclusive;
    row.command = "rustup component add clippy";
    return row;
}

bool is_dense(const std::string& line) {
    return line.find("rustup") != std::string::npos && line.find("toolchain") != std::string::npos;
}

}  // namespace

TEST_CASE("a key's byte is a holder of that key, and its mark somebody who waits", "[cli]") {
    const Names names;
    const auto held = names.rows(kStable.lane(), kStable.lane(), Mode::exclusive);
    REQUIRE(held.size() == 1);
    CHECK_FALSE(held[0].waits);
    CHECK(held[0].kind == "toolchain");
    CHECK(held[0].name == "stable");
    CHECK(held[0].what == "toolchain stable");
    CHECK(held[0].mode == Mode::exclusive);
    CHECK(held[0].process == 4711);

    const auto waiting = names.rows(kStable.mark(), kStable.mark(), Mode::shared);
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].waits);
    CHECK(waiting[0].first == kStable.lane());
    CHECK(waiting[0].mode == Mode::exclusive);  // What it waits for, not how its mark is held.
    const Key pin = Key::pin("t");
    CHECK(names.rows(pin.mark(), pin.mark(), Mode::shared)[0].mode == Mode::shared);
}

TEST_CASE("a byte and its mark, joined by the kernel, are two rows", "[cli]") {
    const Names names;
    const auto rows = names.rows(kStable.lane(), kStable.mark(), Mode::shared);
    REQUIRE(rows.size() == 2);
    CHECK_FALSE(rows[0].waits);
    CHECK(rows[1].waits);
    CHECK(rows[0].first == rows[1].first);
}

TEST_CASE("what no name fits is said by its byte, with the kind that the byte tells", "[cli]") {
    const Names names;
    const Key other = Key::use("home/nobody", "knows it");
    const auto rows = names.rows(other.lane(), other.lane(), Mode::shared);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].what == "unknown key, byte " + std::to_string(other.lane()));
    CHECK(rows[0].kind == "use");
    CHECK_FALSE(rows[0].name);
    CHECK(names.rows(14, 14, Mode::shared)[0].kind.empty());  // There are seven kinds.
}

TEST_CASE("a range over many keys is one row", "[cli]") {
    const Names names;
    const auto all = names.rows(0, UINT64_MAX, Mode::shared);
    REQUIRE(all.size() == 1);
    CHECK(all[0].what == "every key");
    const auto some = names.rows(16, 64, Mode::shared);
    REQUIRE(some.size() == 1);
    CHECK(some[0].what == "every key from byte 16 to 64");
}

TEST_CASE("waiters stand below holders, and what many share comes last", "[cli]") {
    std::vector<LockRow> rows{row_of("use", "component rustc", 3, false),
                              row_of("toolchain", "toolchain stable", 1, true),
                              row_of("toolchain", "toolchain stable", 9, false),
                              row_of("use", "component rustc", 3, false)};
    tidy_rows(rows);
    REQUIRE(rows.size() == 3);  // Two descriptors of one process.
    CHECK(rows[0].process == 9);
    CHECK(rows[1].process == 1);
    CHECK(rows[2].kind == "use");
}

TEST_CASE("two that cannot be seen are two", "[cli]") {
    std::vector<LockRow> rows(2, row_of("use", "component rustc", 3, false));
    for (LockRow& row : rows) row.process.reset();
    tidy_rows(rows);
    CHECK(rows.size() == 2);
}

TEST_CASE("a line for each row, and two where one has no room for the command", "[cli]") {
    const std::vector<LockRow> rows{row_of("toolchain", "toolchain stable", 4711, false)};
    LockListForm form;
    const auto endless = lock_lines(rows, form);
    REQUIRE(endless.size() == 2);
    CHECK(endless[1] ==
          "HOLDS  toolchain  toolchain stable  exclusive  ?                4711  rustup component "
          "add clippy");
    form.columns = 95;
    const auto wide = lock_lines(rows, form);
    REQUIRE(wide.size() == 2);
    CHECK(wide[1].size() == 94);
    CHECK(is_dense(wide[1]));
    form.columns = 60;
    const auto narrow = lock_lines(rows, form);
    REQUIRE(narrow.size() == 4);
    CHECK(narrow[2] == "HOLDS  toolchain  toolchain stable");
    CHECK(narrow[3].starts_with("       4711  exclusive"));
    CHECK(narrow[3].ends_with("  rustup component a"));
    CHECK(std::all_of(narrow.begin(), narrow.end(),
                      [](const auto& line) { return line.size() < 60; }));
}

TEST_CASE("a watch knows when it saw a row first, and not what was there before it", "[cli]") {
    const WallTime start = std::chrono::system_clock::now();
    FirstSeen first_seen;
    std::vector<LockRow> rows{row_of("toolchain", "toolchain stable", 1, false)};
    first_seen.mark(rows, start);
    CHECK_FALSE(rows[0].first_seen);
    rows.push_back(row_of("toolchain", "toolchain stable", 2, true));
    first_seen.mark(rows, start + 1s);
    CHECK_FALSE(rows[0].first_seen);
    CHECK(rows[1].first_seen == start + 1s);
    first_seen.mark(rows, start + 2s);
    CHECK(rows[1].first_seen == start + 1s);
    rows[1].waits = false;  // It got it.
    first_seen.mark(rows, start + 3s);
    CHECK(rows[1].first_seen == start + 3s);
}

TEST_CASE("people see one row of what a process has of a toolchain, programs see all", "[cli]") {
    const WallTime start = std::chrono::system_clock::now();
    std::vector<LockRow> rows{row_of("toolchain", "toolchain stable", 1, true)};
    for (const char* component : {"cargo", "rustc"}) {
        LockRow row = row_of("use", "some words", 7, false);
        row.mode = Mode::shared;
        row.name = std::string("home/stable/") + component;
        row.first_seen = start + std::chrono::seconds(rows.size());
        rows.push_back(row);
    }
    rows.push_back(row_of("use", "unknown key, byte 12", 7, false));
    const auto grouped = grouped_rows(rows);
    REQUIRE(grouped.size() == 3);
    CHECK(grouped[0].what == "toolchain stable");
    CHECK(grouped[1].kind == "use");
    CHECK(grouped[1].what == "components cargo, rustc of stable");
    CHECK(grouped[1].process == 7);
    CHECK(grouped[1].first_seen == start + 1s);
    CHECK(grouped[2].what == "unknown key, byte 12");
    rows[2].first_seen.reset();
    CHECK_FALSE(grouped_rows(rows)[1].first_seen);
}

TEST_CASE("the array has what the table has, and null for what is not known", "[cli]") {
    LockRow unseen;
    unseen.first = unseen.last = 9223372036854775806U;
    unseen.what = "unknown key, byte 9223372036854775806";
    unseen.command = "a process that cannot be seen from here";
    CHECK(lock_json({unseen}, false) ==
          R"([{"state":"holds","kind":null,"name":null,"byte":"9223372036854775806",)"
          R"("description":"unknown key, byte 9223372036854775806","mode":"shared","pid":null,)"
          R"("command":null,"process_started":null}])");
    LockRow seen = row_of("toolchain", "toolchain stable", 4711, true);
    seen.name = "stable";
    seen.process_started = WallTime(1'500ms);
    CHECK(lock_json({seen}, true) ==
          R"([{"state":"waits","kind":"toolchain","name":"stable","byte":"0",)"
          R"("description":"toolchain stable","mode":"exclusive","pid":4711,)"
          R"("command":"rustup component add clippy",)"
          R"("process_started":"1970-01-01T00:00:01.500Z","first_seen":null}])");
    CHECK(lock_json({}, false) == "[]");
}

TEST_CASE("a block is drawn over the last one, however wide the terminal is by now", "[cli]") {
    screen::RedrawnBlock block;
    CHECK(block.frame({"one", "two"}, 80, 24) == "one\033[K\ntwo\033[K\n\033[J");
    CHECK(block.frame({std::string(30, 'x')}, 80, 24) ==
          "\033[2A\r" + std::string(30, 'x') + "\033[K\n\033[J");
    CHECK(block.frame({"one"}, 10, 24) == "\033[3A\rone\033[K\n\033[J");  // 30 became 3 lines.
}

TEST_CASE("a block is no higher than the terminal", "[cli]") {
    screen::RedrawnBlock block;
    const std::vector<std::string> lines(20, "x");
    const std::string frame = block.frame(lines, 80, 6);
    CHECK(std::count(frame.begin(), frame.end(), '\n') == 5);
    CHECK(frame.find("... and 16 lines more") != std::string::npos);
    CHECK(block.frame({"x"}, 80, 6).starts_with("\033[5A"));
}

TEST_CASE("what goes above a block scrolls up, and colours take no room", "[cli]") {
    screen::RedrawnBlock block;
    CHECK(block.empty());
    CHECK(block.erased(80, 24).empty());
    CHECK(block.frame({"\033[1mone\033[0m"}, 80, 24, {"zero"}) ==
          "zero\033[K\n\033[1mone\033[0m\033[K\n\033[J");
    CHECK(block.frame({"one"}, 3, 24, {"half"}).starts_with("\033[1A\rha\033[K\non\033[K\n"));
    CHECK(block.erased(80, 24) == "\033[1A\r\033[J");
    CHECK(block.empty());
}

TEST_CASE("a document of locks leaves out what is not known", "[facts]") {
    LockRow row{.first = 4, .last = 4, .kind = "pin", .what = "tree 1"};
    const std::string bare = boost::json::serialize(lock_document({row}));
    CHECK(bare ==
          R"({"format":1,"kind":"locks","ranges":[{"state":"holds","range":"pin","byte":"4",)"
          R"("description":"tree 1","mode":"shared"}]})");
    row.waits = true;
    row.name = "abc";
    row.process = 7;
    row.command = "rustup update";
    row.process_started = WallTime(1s);
    const boost::json::object document = lock_document({row});
    const boost::json::value& value = document.at("ranges").at(0);
    CHECK(value.at("state") == "waits");
    CHECK(value.at("name") == "abc");
    CHECK(value.at("pid") == 7);
    CHECK(value.at("command") == "rustup update");
    CHECK(value.at("process_started") == "1970-01-01T00:00:01.000Z");
    CHECK_FALSE(value.as_object().contains("first_seen"));
}
