#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// A generation of another release that was current, and that a record keeps on the disk for a
/// rollback.
///
/// Its directory lies away, or still at home while that lags. It is not current, so nobody begins
/// to run from it; who does already goes on.
struct Former {
    State state;  ///< As it was when another generation took its place.
    Place place;  ///< Where its directory is.
};

/// The former generations of a toolchain, those that were current last first. The first
/// load_keep_generations() of them stay on the disk.
///
/// Locks: the answer holds only while `toolchain` or `directory` of a place is held.
std::vector<Former> list_former(const Home& home, const std::string& toolchain);

/// The first of list_former(), which no clean-up deletes.
std::vector<Former> list_spared(const Home& home, const std::string& toolchain);

/// Keeps the generation of `old` from here on, if it is to be kept: `next` is of another release,
/// and all of the files lie in its directory. Call it before `next` is committed.
///
/// Locks: `toolchain`, exclusive.
void save_former(const Home& home, const std::string& toolchain, const State& old,
                 const State& next, const lock::LockSet& toolchain_lock);

/// Deletes the record of the generation with this word. Its directory is junk then, unless it is
/// current.
///
/// Locks: `toolchain`, exclusive.
void forget_former(const Home& home, const std::string& toolchain, const std::string& word);

/// Whether there are only records of list_spared().
bool is_pruned(const Home& home, const std::string& toolchain);

/// Deletes all other records.
///
/// Locks: `toolchain`, exclusive.
void prune_former(const Home& home, const std::string& toolchain);

/// The trees that records name: who has a record needs their indexes.
///
/// Throws: Errc::io, Errc::unsupported.
std::vector<StateComponent> list_former_components(const Home& home, const std::string& toolchain);

/// The bytes on the disk that only this generation takes: its files that nothing else has.
std::uint64_t count_own_bytes(const OnWorker& on, const Home& home, const Former& former);

/// How many former generations of each toolchain stay: `latchkey/keep-generations`. Zero if there
/// is no such file, or if it is damaged.
///
/// Throws: Errc::io.
std::size_t load_keep_generations(const Home& home);

/// What `set keep-generations` takes at most.
inline constexpr std::size_t kMaxKeepGenerations = 64;

/// Locks: `settings`, exclusive.
void save_keep_generations(const Home& home, std::size_t count, const lock::LockSet& settings);

}  // namespace latchkey::store
