#include "latchkey/config/home_variables.hpp"

#include <catch2/catch.hpp>

#include "latchkey/config/variables.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::config;
using latchkey::test::error_text;

namespace {

using Given = std::map<std::string, std::string>;

dist::HomeLayout layout_with(Given variables) {
    variables.emplace("HOME", "/home/me");
    return load_variables(platform::Environment(std::move(variables)), "/work").rustup_home;
}

dist::HomeLayout category_with(Given variables) {
    variables.emplace("RUSTUP_USE_CATEGORY_HOME", "1");
    return layout_with(std::move(variables));
}

}  // namespace

TEST_CASE("a home by category has its files in four folders", "[config]") {
    const dist::HomeLayout home = category_with({});
    CHECK(home.is_by_category());
    CHECK(home.root() == "/home/me/.local/share/rustup");
    CHECK(home.toolchains() == "/home/me/.local/share/rustup/toolchains");
    CHECK(home.latchkey() == "/home/me/.local/share/rustup/latchkey");
    CHECK(home.settings() == "/home/me/.config/rustup/settings.toml");
    CHECK(home.release_state() == "/home/me/.local/state/rustup/state.toml");
    CHECK(home.downloads() == "/home/me/.cache/rustup/downloads");
    CHECK(home.temporary() == "/home/me/.cache/rustup/tmp");
    CHECK(home.update_hashes() == "/home/me/.cache/rustup/update-hashes");
}

TEST_CASE("a plain home has everything in one folder", "[config]") {
    const dist::HomeLayout home = layout_with({{"XDG_DATA_HOME", "/d"}});
    CHECK_FALSE(home.is_by_category());
    CHECK(home.toolchains() == "/home/me/.rustup/toolchains");
    CHECK(home.settings() == "/home/me/.rustup/settings.toml");
    CHECK(home.release_state() == "/home/me/.rustup/state.toml");
    CHECK(home.downloads() == "/home/me/.rustup/downloads");
    CHECK(home.update_hashes() == "/home/me/.rustup/update-hashes");
}

TEST_CASE("each variable of the XDG specification moves its category and no other", "[config]") {
    const dist::CategoryFolders usual = category_with({}).folders();
    dist::CategoryFolders expected = usual;
    SECTION("cache") {
        expected.cache = "/x/rustup";
        CHECK(category_with({{"XDG_CACHE_HOME", "/x"}}).folders() == expected);
    }
    SECTION("config") {
        expected.config = "/x/rustup";
        CHECK(category_with({{"XDG_CONFIG_HOME", "/x/"}}).folders() == expected);
    }
    SECTION("data") {
        expected.data = "/x/rustup";
        CHECK(category_with({{"XDG_DATA_HOME", "/x"}}).folders() == expected);
    }
    SECTION("state") {
        expected.state = "/x/rustup";
        CHECK(category_with({{"XDG_STATE_HOME", "/x"}}).folders() == expected);
    }
    SECTION("relative and empty ones are ignored") {
        CHECK(category_with({{"XDG_CACHE_HOME", "x"}, {"XDG_STATE_HOME", ""}}).folders() == usual);
    }
    SECTION("the root") {
        expected.data = "/rustup";
        CHECK(category_with({{"XDG_DATA_HOME", "/"}}).folders() == expected);
    }
}

TEST_CASE("with all four variables nobody needs a home directory", "[config]") {
    const Given all = {{"XDG_CACHE_HOME", "/a"},
                       {"XDG_CONFIG_HOME", "/b"},
                       {"XDG_DATA_HOME", "/c"},
                       {"XDG_STATE_HOME", "/d"}};
    const dist::CategoryFolders expected{"/a/rustup", "/b/rustup", "/c/rustup", "/d/rustup"};
    CHECK(find_category_folders(platform::Environment(all), std::nullopt) == expected);
    Given three = all;
    three.erase("XDG_DATA_HOME");
    CHECK_FALSE(find_category_folders(platform::Environment(three), std::nullopt));
}

TEST_CASE("an explicit RUSTUP_HOME beats the switch", "[config]") {
    CHECK(category_with({{"RUSTUP_HOME", "/r"}}) == dist::HomeLayout(std::string("/r")));
    const std::string data = "/home/me/.local/share/rustup";
    CHECK(category_with({{"RUSTUP_HOME", data}}) == dist::HomeLayout(data));
}

TEST_CASE("the switch is 0 or 1", "[config]") {
    CHECK_FALSE(layout_with({{"RUSTUP_USE_CATEGORY_HOME", "0"}}).is_by_category());
    CHECK_FALSE(layout_with({{"RUSTUP_USE_CATEGORY_HOME", ""}}).is_by_category());
    CHECK(error_text([] {
              layout_with({{"RUSTUP_USE_CATEGORY_HOME", "yes"}});
          }) == "invalid value 'yes' of RUSTUP_USE_CATEGORY_HOME: it is 0 or 1");
}

TEST_CASE("a tool finds the home of its proxy, even with another HOME", "[config]") {
    const dist::HomeLayout home = category_with({{"XDG_CONFIG_HOME", "/x"}});
    platform::Environment environment(Given{{"HOME", "/elsewhere"}});
    set_home_layout(environment, home);
    CHECK(environment.find("RUSTUP_HOME") == home.root());
    CHECK(load_variables(environment, "/work").rustup_home == home);

    // Whoever names another home means it.
    environment.set("RUSTUP_HOME", "/r");
    CHECK(load_variables(environment, "/work").rustup_home == dist::HomeLayout(std::string("/r")));
}

TEST_CASE("a tool of a plain home is told nothing but RUSTUP_HOME", "[config]") {
    platform::Environment environment;
    set_home_layout(environment, category_with({}));
    set_home_layout(environment, dist::HomeLayout(std::string("/r")));
    CHECK(environment.entries() == std::vector<std::string>{"RUSTUP_HOME=/r"});
}

TEST_CASE("base homes are absolute paths, each once, and never the home itself", "[config]") {
    const auto bases = [](const std::string& value) {
        return find_bases(platform::Environment(Given{{"LATCHKEY_BASE", value}}),
                          dist::HomeLayout(std::string("/home/me/.rustup")));
    };
    CHECK(bases("").empty());
    CHECK(bases("::").empty());
    CHECK(bases("/opt/rust") == std::vector<std::string>{"/opt/rust"});
    CHECK(bases(":/b//:/a:/b:/home/me/.rustup/") == std::vector<std::string>{"/b", "/a"});
    CHECK(find_bases(platform::Environment(), dist::HomeLayout(std::string("/r"))).empty());
    CHECK(error_text([&] { bases("/a:opt/rust"); }) ==
          "invalid path 'opt/rust' in LATCHKEY_BASE: a base home is an absolute path");
    CHECK(load_variables(platform::Environment(Given{{"HOME", "/h"}, {"LATCHKEY_BASE", "/a"}}), "/")
              .rustup_home.bases() == std::vector<std::string>{"/a"});
}
