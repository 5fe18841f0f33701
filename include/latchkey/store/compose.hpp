#pragma once

#include <optional>
#include <span>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/record.hpp"

namespace latchkey::store {

/// Builds a toolchain's directory from trees.
///
/// A directory that one component alone has becomes one symlink into the store; a shared one is
/// made and filled; a file is a hard link to the store's, so that inode and time stay the same from
/// generation to generation and cargo's fingerprint of rustc does not change. `bin`, `lib`,
/// `libexec` and `lib/rustlib` are always real directories: rustc finds its sysroot from the real
/// path of its libraries.
///
/// Files of `carried` give way where a component has the same path.
///
/// Requires: `destination` exists and is empty; it will live at `generations/<toolchain>/<n>`,
/// three
///           levels below `latchkey/`, for which the links are made.
/// Throws:   Errc::corrupt, `failed to install component: 'NAME', detected conflict: 'PATH'`;
/// Errc::io. Locks:    the trees pinned, or named by the current generation under `toolchain`.
void compose(const OnWorker& on, const Home& home, std::span<const RecordComponent> components,
             const std::optional<std::string>& carried, const std::string& destination);

}  // namespace latchkey::store
