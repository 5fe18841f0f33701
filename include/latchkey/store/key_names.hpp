#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "latchkey/lock/key.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The keys that a home's names make, by their bytes: a byte is a hash, which nobody can turn back.
///
/// Thread: one at a time.
class KeyNames {
public:
    /// Toolchains, generations, trees, downloads and what is in staging, as they are now. Names
    /// that were added earlier stay. What cannot be listed is left out.
    void add(const Home& home);

    /// By its byte. Null: no name that was there has it.
    [[nodiscard]] const lock::Key* find(std::uint64_t lane) const;

private:
    void add(lock::Key key);
    void add_place(const Home& home, const Place& place);
    void add_tree(const std::string& tree);

    std::map<std::uint64_t, lock::Key> keys_;
};

/// "stable-x86_64-unknown-linux-gnu", "stable-x86_64-unknown-linux-gnu, generation 17".
std::string describe_place(const Place& place);

/// A key for people: "component clippy 0.1.95 for x86_64-unknown-linux-gnu", from the tree's index,
/// or from its staging folder while it is unpacked; "toolchain stable-x86_64-unknown-linux-gnu,
/// generation 17", "component rustfmt-preview-x86_64-unknown-linux-gnu of stable-…".
std::string describe_key(const Home& home, const lock::Key& key);

}  // namespace latchkey::store
