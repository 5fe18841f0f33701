#pragma once

#include <optional>
#include <set>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// How many links of retired generations a toolchain keeps, for paths that somebody remembered.
inline constexpr std::size_t kMaxLinks = 32;

/// Retires what this toolchain has behind it: an old generation that nobody runs on becomes a link
/// to the name (or nothing, if there is no name), and its directory is deleted; the leftover of a
/// killed commit is deleted. What is busy is left for the next change.
///
/// Locks: none held by the caller exclusively. Takes `generation` and `toolchain`, only by trying.
void retire(const OnWorker& on, const Home& home, const std::string& toolchain);

/// Deletes every tree that no current generation names, no installer pins and no proxy uses.
///
/// Locks: takes `pin`, `use` and `unpack`, only by trying.
void collect(const OnWorker& on, const Home& home);

/// Deletes what killed processes left in staging, and trees without index.
///
/// Locks: takes the range that guards each, only by trying, and holds it while it deletes.
void sweep(const OnWorker& on, const Home& home);

/// Every tree that a current generation names. Empty optional is no answer: a record could not be
/// read, so nothing may be deleted.
std::optional<std::set<std::string>> find_references(const Home& home);

}  // namespace latchkey::store
