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

/// Whether the machine may have stopped before all of a generation was on the disk. That is
/// possible only for files that this machine wrote in an earlier boot and did not sync. A copy, an
/// image or a cache has another inode.
bool is_unverified(const Home& home, const std::string& toolchain, const State& state);

/// The components of a generation that have a file which is not as it was unpacked, or an index
/// that cannot be read. Components without a known tree are not checked. Files that were deleted or
/// edited since do not count: somebody may have slimmed or stripped the toolchain.
std::vector<dist::Component> find_damaged(const OnWorker& on, const Home& home,
                                          const std::string& toolchain, const State& state);

/// Records that everything of the current generation is on the disk, so that it need not be
/// verified after a restart.
///
/// Make it after the commit, then sync the file system, then set(). The same sync writes the text
/// of the new state, which lies in a file without a name until then.
class SyncMark {
public:
    /// Throws: Errc::io.
    SyncMark(Home home, std::string toolchain);

    /// Whether there is anything to mark.
    [[nodiscard]] bool is_needed() const noexcept { return state_.has_value(); }

    /// Requires: a sync of the file system that began after the construction has succeeded.
    /// Locks:    takes `toolchain`, only by trying.
    void set() const;

private:
    Home home_;
    std::string toolchain_;
    std::optional<State> state_;
    std::string text_;
    std::optional<platform::Fd> file_;  ///< Has the text. Empty: no such files here.
};

/// Records that verification has done what it can: the generation is run as it is, in this boot.
///
/// Locks: takes `toolchain`, only by trying.
void mark_verified(const Home& home, const std::string& toolchain, const State& state);

}  // namespace latchkey::store
