#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Where a component's files come from.
///
/// Locks: its maker holds what keeps them there: `pin` of an arrived tree; `directory` and `use` of
///        a toolchain's directory.
struct Supply {
    std::string tree;
    std::optional<Place> from;  ///< The toolchain's directory that has it. Empty: it has arrived.
};

/// A component of the wanted toolchain.
struct WantedComponent {
    dist::Component component;
    std::optional<Supply> supply;  ///< Empty: the component is there and stays as it is.
};

/// What a toolchain is to be.
struct Wanted {
    std::vector<WantedComponent> components;  ///< In the order of multirust-config.toml.
    /// The text of multirust-channel-manifest.toml. Null: it stays as it is.
    std::shared_ptr<const std::string> manifest;
    std::string manifest_hash;               ///< SHA-256 of it as served; may be empty.
    std::optional<std::string> update_hash;  ///< For update-hashes/. Empty: it stays as it is.
    std::optional<Release> release;          ///< Empty: it stays as it is.
    std::optional<std::uint64_t>
        held_at;  ///< State::held, of a rollback. Empty: it stays as it is.
    std::string command;
    /// A release of before 2016: a single component holds all, and the directory gets neither a
    /// manifest nor a configuration.
    bool combined = false;
    bool anew = false;      ///< Make a new generation even if a change in place would do.
    bool may_copy = false;  ///< RUSTUP_PERMIT_COPY_RENAME: copy if a rename fails.
};

}  // namespace latchkey::store
