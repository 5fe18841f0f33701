#pragma once

#include <optional>
#include <string>

#include "latchkey/dist/toolchain_lock.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::resolve {

/// `rust-toolchain.lock` beside a toolchain file.
std::string lock_path(const Active& active);

/// What lies there. Empty: nothing.
///
/// Throws: Errc::usage with the file's name for one that makes no sense; Errc::unsupported for one
///         that is not a file, or that another user owns and no setting trusts.
std::optional<dist::ToolchainLock> find_lock(const Site& site, const Active& active);

/// What is locked for a toolchain that a toolchain file chose.
struct LockedToolchain {
    std::string path;
    dist::ToolchainLock lock;
    std::string host;
};

/// Throws: as find_lock(); Errc::not_found without a lock; Errc::usage if the lock is of another
///         channel, or lacks the toolchain's host or what the toolchain file lists. What to do.
LockedToolchain require_lock(const Site& site, const Active& active);

/// Whether a toolchain is installed as the lock beside its toolchain file says, and not otherwise:
/// `--locked`, RUSTUP_LOCKED.
bool is_locked(const Site& site, const Active& active);

}  // namespace latchkey::resolve
