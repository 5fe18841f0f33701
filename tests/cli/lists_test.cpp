#include <catch2/catch.hpp>

#include "component_list.hpp"
#include "override_list.hpp"
#include "toolchain_lines.hpp"

using namespace latchkey::cli;

namespace {

const std::vector<ListLine> kLines = {{"cargo", true}, {"clippy", false}, {"rustc", true}};

}  // namespace

TEST_CASE("a list marks what is installed", "[cli]") {
    CHECK(list_text(kLines, {}, false) == "cargo (installed)\nclippy\nrustc (installed)\n");
}

TEST_CASE("a list of what is installed marks nothing", "[cli]") {
    const ListForm form{.installed_only = true, .bare = false};
    CHECK(list_text(kLines, form, true) == "cargo\nrustc\n");
}

TEST_CASE("a bare list has names only", "[cli]") {
    const ListForm form{.installed_only = false, .bare = true};
    CHECK(list_text(kLines, form, true) == "cargo\nclippy\nrustc\n");
}

TEST_CASE("a coloured list sets off name and mark of what is installed", "[cli]") {
    CHECK(list_text({{"cargo", true}, {"clippy", false}}, {}, true) ==
          "\033[1mcargo\033[0m \033[1m\033[94m(installed)\033[0m\nclippy\n");
}

TEST_CASE("components of rust-std stand for targets, others do not", "[cli]") {
    CHECK(targets_of({"rustc-x86_64-unknown-linux-gnu", "rust-std-wasm32-unknown-unknown"}) ==
          std::vector<std::string>{"wasm32-unknown-unknown"});
}

TEST_CASE("a toolchain's marks name what it is", "[cli]") {
    CHECK(Marks{"a", "a"}.suffix("a") == " (active, default)");
    CHECK(Marks{"a", "b"}.suffix("a") == " (active)");
    CHECK(Marks{"a", "b"}.suffix("b") == " (default)");
    CHECK(Marks{"a", "b"}.suffix("c").empty());
    CHECK(Marks{"", ""}.suffix("c").empty());
}

TEST_CASE("overrides are two columns", "[cli]") {
    CHECK(override_list_text({{"/w", "stable", false}}) ==
          "/w                                      \tstable              \n");
    CHECK(override_list_text({}) == "no overrides\n");
}

TEST_CASE("a directory that is gone is told, and an empty line follows the list", "[cli]") {
    CHECK(override_list_text({{"/gone", "stable", true}, {"/w", "a-name-of-20-columns", false}}) ==
          "/gone (not a directory)                 \tstable              \n"
          "/w                                      \ta-name-of-20-columns\n"
          "\n");
}
