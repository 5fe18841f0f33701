#include "latchkey/store/loaded.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using lock::Key;
using store::may_load;
using store::Standing;
using store::State;

namespace {

dist::Component of(const std::string& pkg) {
    return {pkg, "x86_64-unknown-linux-gnu", false};
}

}  // namespace

TEST_CASE("documentation is what no tool loads", "[loaded]") {
    for (const char* pkg : {"rust-docs", "rust-docs-json-preview", "rustc-docs"}) {
        CHECK(store::is_documentation(of(pkg)));
        for (const char* tool : {"cargo", "rustc", "rust-analyzer", "unknown"}) {
            CHECK_FALSE(may_load(tool, of(pkg)));
        }
    }
    CHECK_FALSE(store::is_documentation(of("rust-src")));
}

TEST_CASE("cargo, rustc and what is not known may load everything else", "[loaded]") {
    for (const char* tool : {"cargo", "rustc", "rustdoc", "clippy-driver", "cargo-miri", "sh"}) {
        for (const char* pkg : {"rustc", "rust-std", "rust-src", "rustc-dev", "llvm-tools-preview",
                                "rustc-codegen-cranelift-preview", "a-future-component"}) {
            CAPTURE(tool, pkg);
            CHECK(may_load(tool, of(pkg)));
        }
    }
}

TEST_CASE("small tools load their own component and rustc's", "[loaded]") {
    CHECK(may_load("rustfmt", of("rustfmt-preview")));
    CHECK(may_load("rustfmt", of("rustc")));
    CHECK_FALSE(may_load("rustfmt", of("rust-std")));
    for (const char* pkg :
         {"rust-analyzer-preview", "rust-analyzer", "rustc", "rust-std", "rust-src"}) {
        CHECK(may_load("rust-analyzer", of(pkg)));
    }
    CHECK_FALSE(may_load("rust-analyzer", of("cargo")));
    for (const char* tool : {"rust-gdb", "rust-lldb", "rust-gdbgui"}) {
        CHECK(may_load(tool, of("rustc")));
        CHECK_FALSE(may_load(tool, of("cargo")));
    }
}

TEST_CASE("a tool's ranges are its directory and what is listed of what it may load", "[loaded]") {
    State state;
    state.number = 17;
    state.where = State::Where::away;
    state.components = {
        {of("rustc"), "t", Standing::listed},      {of("cargo"), "t", Standing::listed},
        {of("rust-docs"), "t", Standing::listed},  {of("rust-std"), "t", Standing::leaving},
        {of("rust-src"), "t", Standing::arriving}, {of("rustc-dev"), "t", Standing::pending}};
    const std::string suffix = "-x86_64-unknown-linux-gnu";
    CHECK(store::keys_of_tool(state, "stable", "cargo") ==
          std::vector<Key>{Key::directory("away/17/stable"),
                           Key::use("away/17/stable", "rustc" + suffix),
                           Key::use("away/17/stable", "cargo" + suffix)});
    CHECK(store::keys_of_tool(state, "stable", "rust-gdb") ==
          std::vector<Key>{Key::directory("away/17/stable"),
                           Key::use("away/17/stable", "rustc" + suffix)});
}

TEST_CASE("who runs from what nobody describes holds all of it", "[loaded]") {
    CHECK(store::keys_of_all({"t", 0}) ==
          std::vector<Key>{Key::directory("home/t"), Key::use_all("home/t")});
}
