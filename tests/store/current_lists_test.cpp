#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "store_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using test::StoreHome;

namespace {

/// Toolchain `t` with component `a`.
void install_only_a(StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}})});
}

}  // namespace

TEST_CASE("the next number is above all that is anywhere", "[current]") {
    StoreHome home;
    CHECK(store::next_number(home.home, "t") == 1);
    install_only_a(home);
    CHECK(store::next_number(home.home, "t") == 2);
    home.dir.make("latchkey/away/7/t");
    CHECK(store::next_number(home.home, "t") == 8);
    home.dir.make("latchkey/away/11");
    platform::make_link("../../../toolchains/t", home.home.away() + "/11/t");
    CHECK(store::next_number(home.home, "t") == 12);
    const std::string tag = home.home.toolchain("t") + "/lib/rustlib/.latchkey";
    platform::save_file(tag, store::serialise(store::Tag{"t", 20, "word", ""}));
    CHECK(store::next_number(home.home, "t") == 21);
    // A copy of another toolchain brings that one's number, which says nothing here.
    platform::save_file(tag, store::serialise(store::Tag{"u", 30, "word", ""}));
    CHECK(store::next_number(home.home, "t") == 12);
    home.dir.make("latchkey/away/40/u");
    CHECK(store::next_number(home.home, "t") == 12);
}

TEST_CASE("a number that only the history remembers is not given again", "[current]") {
    StoreHome home;
    install_only_a(home);
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    platform::remove_tree(home.on, home.home.toolchain("t"));
    platform::save_file(home.home.state("t"), "damaged");
    CHECK(store::next_number(home.home, "t") == 3);
}

TEST_CASE("generations away are listed apart from the links of retired ones", "[current]") {
    StoreHome home;
    for (const char* number : {"10", "9", "11"}) {
        home.dir.make("latchkey/away/" + std::string(number) + "/t");
    }
    for (const char* number : {"2", "10", "1"}) {
        home.dir.make("latchkey/away/" + std::string(number));
        platform::make_link("x", home.home.away() + "/" + number + "/u");
    }
    home.dir.make("latchkey/away/0/t");
    home.dir.make("latchkey/away/x/t");
    home.dir.write("latchkey/away/12/t", "a file");
    const store::AwayNumbers t = store::list_away(home.home, "t");
    CHECK(t.directories == std::vector<std::uint64_t>{9, 10, 11});
    CHECK(t.links.empty());
    const store::AwayNumbers u = store::list_away(home.home, "u");
    CHECK(u.directories.empty());
    CHECK(u.links == std::vector<std::uint64_t>{1, 2, 10});
}

TEST_CASE("a toolchain is listed where anything of it is: at home, away or known", "[current]") {
    StoreHome home;
    CHECK(store::list_toolchains(home.home).empty());
    home.dir.make("toolchains/b");
    home.dir.make("latchkey/toolchains/c");
    home.dir.make("latchkey/away/3/a");
    home.dir.make("latchkey/away/4/b");
    CHECK(store::list_toolchains(home.home) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("what Latchkey 0.1 left is refused, with what to do", "[current]") {
    StoreHome home;
    CHECK_NOTHROW(store::refuse_old_format(home.home));
    install_only_a(home);
    CHECK_NOTHROW(store::refuse_old_format(home.home));
    const std::string expected =
        "'" + home.home.latchkey() +
        "' is in the format of Latchkey 0.1, which this version does not read\n"
        "help: run `rustup hand-back` of that version, then this command again";
    const auto refusal = [&home] {
        return test::error_text([&home] { store::refuse_old_format(home.home); });
    };
    SECTION("its generations") {
        home.dir.make("latchkey/generations/t/1");
        CHECK(refusal() == expected);
        // Where the name leads there.
        platform::make_link("../latchkey/generations/u/1", home.home.toolchain("u"));
        CHECK(test::error_text([&home] { (void)store::find_current(home.home, "u"); }) == expected);
    }
    SECTION("its store") {
        home.dir.make("latchkey/store");
        CHECK(refusal() == expected);
    }
}
