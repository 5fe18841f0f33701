#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "releases.hpp"

namespace latchkey::test {

inline const std::vector<std::string> kFilesOfRelease2{
    "bin/a",
    "bin/b",
    "lib/a/2",
    "lib/rustlib/.latchkey",
    "lib/rustlib/components",
    "lib/rustlib/manifest-a",
    "lib/rustlib/manifest-b",
    "lib/rustlib/multirust-channel-manifest.toml",
    "lib/rustlib/multirust-config.toml",
    "lib/rustlib/rust-installer-version"};

/// Home is release 2, and what is current.
inline void check_settled(const StoreHome& home) {
    CHECK(home.list(home.home.toolchain("t")) == kFilesOfRelease2);
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(home.load_state("t").where == store::State::Where::home);
    CHECK_FALSE(home.load_state("t").behind);
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of release 2");
}

}  // namespace latchkey::test
