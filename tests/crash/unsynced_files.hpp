#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "call_seen.hpp"

namespace latchkey::crash {

/// The files whose data were written since they were last synced: what a power failure may take.
///
/// Not seen: what is written through mmap(2), which Latchkey does not use.
class UnsyncedFiles {
public:
    /// A file that was written; known by device and inode, for its names change.
    using Id = std::pair<std::uint64_t, std::uint64_t>;

    /// Whoever is to be synced is so when the call has returned well: what is written meanwhile is
    /// not.
    void begin(pid_t thread, const CallSeen& seen);
    void end(pid_t thread, bool well);
    /// The thread's call does not take place.
    void forget(pid_t thread) { syncing_.erase(thread); }

    /// Must the return of this thread's call be told?
    [[nodiscard]] bool awaits_end_of(pid_t thread) const { return syncing_.contains(thread); }
    /// With the path by which each was last written.
    [[nodiscard]] const std::map<Id, std::string>& files() const { return files_; }

private:
    std::map<Id, std::string> files_;
    std::map<pid_t, std::map<Id, std::string>> syncing_;
};

}  // namespace latchkey::crash
