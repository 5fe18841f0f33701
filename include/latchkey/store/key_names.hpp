#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "latchkey/lock/key.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Finds the key of a byte of the lock file. The byte is a hash, so this hashes all names that the
/// home has and looks the byte up.
///
/// Thread: one at a time.
class KeyNames {
public:
    /// Adds the names of toolchains, generations, trees, downloads and staging folders as they are
    /// now. Names that were added earlier stay. Folders that cannot be listed are left out.
    void add(const Home& home);

    /// Null: no name that was added has this byte.
    [[nodiscard]] const lock::Key* find(std::uint64_t lane) const;

private:
    void add(lock::Key key);
    void add_place(const Home& home, const Place& place);
    void add_tree(const std::string& tree);

    std::map<std::uint64_t, lock::Key> keys_;
};

/// "stable-x86_64-unknown-linux-gnu", "stable-x86_64-unknown-linux-gnu, generation 17".
std::string describe_place(const Place& place);

/// A key in words: "component clippy 0.1.95 for x86_64-unknown-linux-gnu", "toolchain
/// stable-x86_64-unknown-linux-gnu, generation 17", "component
/// rustfmt-preview-x86_64-unknown-linux-gnu of stable-…". A tree's words come from its index or,
/// while it is unpacked, from its staging folder.
std::string describe_key(const Home& home, const lock::Key& key);

}  // namespace latchkey::store
