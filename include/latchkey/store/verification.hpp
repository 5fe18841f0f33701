#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// May the machine have stopped before all of a generation was on the disk? Only what this machine
/// wrote itself, in a boot that is over, and did not sync: a copy, an image or a cache has other
/// inodes.
bool is_unverified(const Home& home, const std::string& toolchain, const State& state);

/// The components of a generation of which a file is not as it was unpacked, or whose index cannot
/// be read any more. Those whose tree is not known cannot be told. What was deleted or edited since
/// does not count: somebody may have slimmed or stripped the toolchain.
std::vector<dist::Component> find_damaged(const OnWorker& on, const Home& home,
                                          const std::string& toolchain, const State& state);

/// Writes down that everything of the current generation is on the disk, so that no boot makes
/// anybody verify it.
///
/// It is made when the generation has been committed. Then the file system is synced, and with it
/// the state as it is to be, which has no name yet.
class SyncMark {
public:
    /// Throws: Errc::io.
    SyncMark(Home home, std::string toolchain);

    /// Whether there is anything to be marked.
    [[nodiscard]] bool is_needed() const noexcept { return state_.has_value(); }

    /// Requires: a sync of the file system that began after this was made has succeeded.
    /// Locks:    takes `toolchain`, only by trying.
    void set() const;

private:
    Home home_;
    std::string toolchain_;
    std::optional<State> state_;
    std::string text_;
    std::optional<platform::Fd> file_;  ///< That has the text; empty where there are no such files.
};

/// Verification could tell nothing more: what is there is run as it is, in this boot.
///
/// Locks: takes `toolchain`, only by trying.
void mark_verified(const Home& home, const std::string& toolchain, const State& state);

}  // namespace latchkey::store
