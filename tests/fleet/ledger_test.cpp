#include "ledger.hpp"

#include <catch2/catch.hpp>

#include "expiry.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using fleet::Ledger;
using fleet::LedgerRelease;
using test::error_text;

namespace {

Ledger full() {
    Ledger ledger;
    ledger.files["dist/1/a.tar.xz"] = {std::string(64, 'a'), 12, true};
    ledger.files["dist/1/b.tar.xz"] = {std::string(64, 'b'), std::nullopt, true};
    ledger.files["dist/1/c.tar.xz"] = {std::string(64, 'c'), 0, false};
    ledger.notes = {"dist/channel-rust-stable.toml", "dist/1/a.tar.xz.sha256"};
    ledger.releases.push_back({"stable",
                               "2026-04-16",
                               std::string(64, '1'),
                               {"dist/1/a.tar.xz", "dist/1/c.tar.xz"},
                               true,
                               true});
    ledger.releases.push_back({"beta", "2026-05-02", std::string(64, '2'), {}, false, false});
    return ledger;
}

/// Releases of stable of these days; the one that ends in '!' is current.
Ledger with(std::initializer_list<std::string> dates) {
    Ledger ledger;
    for (std::string date : dates) {
        const bool current = date.ends_with('!');
        if (current) date.pop_back();
        ledger.releases.push_back({"stable", date, std::string(64, '1'), {}, current, true});
    }
    return ledger;
}

std::vector<std::string> expired(const Ledger& ledger, std::vector<std::string> names,
                                 std::uint64_t keep) {
    std::vector<std::string> dates;
    for (const LedgerRelease& each : fleet::find_expired(
             ledger, fleet::parse_wanted(names, {}, "x86_64-unknown-linux-gnu"), keep)) {
        dates.push_back(each.date);
    }
    return dates;
}

}  // namespace

TEST_CASE("what a ledger says is read again", "[ledger]") {
    CHECK(fleet::parse_ledger(str(full()), "ledger") == full());
    CHECK(fleet::parse_ledger(str(Ledger()), "ledger") == Ledger());
}

TEST_CASE("a ledger that is cut off anywhere is damaged", "[ledger]") {
    const std::string text = str(full());
    for (std::size_t end = 0; end + 1 < text.size(); ++end) {
        INFO(end);
        CHECK_THAT(error_text([&] { fleet::parse_ledger(text.substr(0, end), "here/ledger"); }),
                   Catch::Contains("'here/ledger' is damaged at line "));
    }
}

TEST_CASE("lines that make no sense are told by their number", "[ledger]") {
    const std::string hash(64, 'a');
    for (const std::string& line :
         {"file " + hash + " 1 own ../a", "file " + hash + " 1 own /a", "file " + hash + " x own a",
          "file " + hash + " 1 his a", std::string("file abc 1 own a"), std::string("note a/./b"),
          std::string("release stable 2026-04-16 abc current published"),
          "release stable .. " + hash + " current published",
          "release stable 2026-04-16 " + hash + " what published", std::string("archive a"),
          std::string("what"), std::string()}) {
        INFO(line);
        CHECK_THAT(error_text([&] {
                       fleet::parse_ledger("latchkey-mirror 1\n" + line + "\nend mirror\n",
                                           "ledger");
                   }),
                   Catch::Contains("is damaged at line 2"));
    }
    CHECK_THAT(error_text([] { fleet::parse_ledger("latchkey-mirror 2\nnew\n", "ledger"); }),
               Catch::Contains("of a newer Latchkey (format 2)"));
}

TEST_CASE("the newest releases of a channel stay", "[expiry]") {
    const Ledger ledger = with({"2026-03-05", "2026-01-22", "2026-04-16!"});
    CHECK(expired(ledger, {"stable"}, 1) == std::vector<std::string>{"2026-01-22", "2026-03-05"});
    CHECK(expired(ledger, {"stable"}, 2) == std::vector<std::string>{"2026-01-22"});
    CHECK(expired(ledger, {"stable"}, 3).empty());
    CHECK(expired(ledger, {"stable"}, 100).empty());
}

TEST_CASE("of other channels all stay", "[expiry]") {
    CHECK(expired(with({"2026-03-05", "2026-04-16!"}), {"beta"}, 1).empty());
}

TEST_CASE("what is current or asked for stays however old it is", "[expiry]") {
    const Ledger ledger = with({"2026-01-22!", "2026-03-05", "2026-04-16"});
    CHECK(expired(ledger, {"stable"}, 1) == std::vector<std::string>{"2026-03-05"});
    CHECK(expired(ledger, {"stable-2026-03-05"}, 1).empty());
}

TEST_CASE("a ledger names nothing outside of its mirror", "[ledger]") {
    using namespace std::string_literals;
    for (const std::string& path : {"../a"s, "/a"s, "dist/../../a"s, "dist//a"s, "."s, "a\0b"s}) {
        INFO(path);
        const std::string text = "latchkey-mirror 1\nnote " + path + "\nend mirror\n";
        CHECK_THAT(error_text([&] { fleet::parse_ledger(text, "ledger"); }),
                   Catch::Contains("is damaged at line 2"));
    }
}
