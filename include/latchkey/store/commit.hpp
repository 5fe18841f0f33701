#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"

namespace latchkey::store {

/// Where a component's files come from. Whoever made it holds what keeps them there: for an arrived
/// tree its `pin`; for a directory `directory` and `use` there.
struct Supply {
    std::string tree;
    std::optional<Place> from;  ///< A toolchain's directory that has it; empty: it has arrived.
};

/// A component of the toolchain as it is to be.
struct WantedComponent {
    dist::Component component;
    std::optional<Supply> supply;  ///< Empty: it is there, and stays as it is.
};

/// A toolchain as it is to be.
struct Wanted {
    std::vector<WantedComponent> components;  ///< In the order of multirust-config.toml.
    /// multirust-channel-manifest.toml; null: as it is.
    std::shared_ptr<const std::string> manifest;
    std::string manifest_hash;               ///< SHA-256 of it as served; may be empty.
    std::optional<std::string> update_hash;  ///< For update-hashes/; empty: leave it alone.
    std::string command;
    /// One component of before 2016, in which all are: the directory gets neither a manifest nor a
    /// configuration.
    bool combined = false;
    bool anew = false;      ///< A new generation, even where a change in place would do.
    bool may_copy = false;  ///< RUSTUP_PERMIT_COPY_RENAME: copy where a rename fails.
};

/// What came of a commit.
struct Committed {
    enum class End {
        done,
        moved,        ///< The toolchain is not what was expected: plan again.
        supply_gone,  ///< Something that was to be had is not, or not as it was: look again.
    };
    End end = End::done;
    /// done: what failed behind the commit, and is left to a later command.
    std::vector<std::string> warnings = {};
    std::optional<Place> spoiled =
        {};  ///< supply_gone: this place's files are not as they were unpacked.
};

/// Changes a toolchain to what is wanted. What only adds or removes components of the same release
/// is done in the directory where it is; everything else is a new generation: at home, where
/// nothing is there, or away; then settling is tried at once.
///
/// Killed anywhere, tools see the toolchain as before or as after.
///
/// Requires: the toolchain is not linked or foreign.
/// Throws:   Errc::corrupt, `failed to install component: 'NAME', detected conflict: 'PATH'`;
///           Errc::io. Tools see nothing of it then.
/// Locks:    `toolchain`, exclusive; every supply held. Takes `unpack` of arrived trees, `use` and
///           `directory`, only by trying.
Committed commit(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& expected_version, const Wanted& wanted, Junk& junk,
                 const lock::LockSet& toolchain_lock);

/// Uninstalls: the state says so, then the directory goes, at once if nobody runs from it. A link
/// to somewhere else is only unlinked. False: nothing was there.
///
/// Locks: `toolchain`, exclusive.
bool commit_uninstall(const OnWorker& on, const Home& home, const std::string& toolchain,
                      const std::string& command, Junk& junk, const lock::LockSet& toolchain_lock);

/// Makes the name a link to a toolchain of the user's, whatever it was. A directory that somebody
/// runs from stays at home until it is free; the state leads past it.
///
/// Locks: `toolchain`, exclusive.
void commit_link(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& target, const std::string& command, Junk& junk,
                 const lock::LockSet& toolchain_lock);

/// Writes a state for a directory at home that no state describes, as it is. Gives it.
///
/// Locks: `toolchain`, exclusive.
State take_over(const Home& home, const std::string& toolchain, const Current& current,
                const std::string& command, const lock::LockSet& toolchain_lock);

/// Brings in what is pending, and lists it.
///
/// Locks: `toolchain`, exclusive.
void bring_pending(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
                   const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
