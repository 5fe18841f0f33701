#include "latchkey/dist/tools.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("a tool is found by its own name alone", "[tools]") {
    for (const dist::Tool& tool : dist::kTools) {
        CAPTURE(tool.name);
        CHECK(dist::find_tool_named(tool.name) == &tool);
    }
    CHECK(dist::find_tool_named("rust") == nullptr);
    CHECK(dist::find_tool_named("") == nullptr);
}

TEST_CASE("a package provides the tools of its component, preview or not", "[tools]") {
    CHECK(dist::provides("rustc", "rust-gdb"));
    CHECK(dist::provides("clippy-preview", "cargo-clippy"));
    CHECK(dist::provides("clippy", "clippy-driver"));
    CHECK(dist::provides("rust-analyzer-preview", "rust-analyzer"));
    CHECK_FALSE(dist::provides("cargo", "cargo-clippy"));
    CHECK_FALSE(dist::provides("rustc", "rustfmt"));
    CHECK_FALSE(dist::provides("rustc", "unknown"));
}

TEST_CASE("whatever loads but a part of its toolchain loads what provides it", "[tools]") {
    for (const dist::Tool& tool : dist::kTools) {
        if (tool.loads.front().empty()) continue;
        CAPTURE(tool.name);
        CHECK(dist::provides(tool.loads.front(), tool.name));
    }
}

TEST_CASE("all of cargo's own subcommands begin a session, and go on with cargo's", "[tools]") {
    for (const dist::Tool& tool : dist::kTools) {
        CAPTURE(tool.name);
        CHECK(tool.begins_session == tool.name.starts_with("cargo"));
        if (tool.name.starts_with("cargo-")) CHECK(tool.joins_session);
    }
}

TEST_CASE("messages list the tools in rustup's order", "[tools]") {
    CHECK(dist::tool_names() ==
          "'rustc', 'rustdoc', 'cargo', 'rust-lldb', 'rust-gdb', 'rust-gdbgui', 'rls', "
          "'cargo-clippy', 'clippy-driver', 'cargo-miri', 'rust-analyzer', 'rustfmt', "
          "'cargo-fmt'");
}
