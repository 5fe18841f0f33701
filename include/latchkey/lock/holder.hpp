#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::lock {

/// A process that holds a range or waits for one. The kernel says so, so it is never stale.
struct Holder {
    pid_t process;
    std::string command_line;  ///< Its words joined by blanks, the first without its folders.
    /// When the process started. The kernel says who took a range, but not when.
    std::optional<std::chrono::system_clock::time_point> since;
    Mode mode;
    bool waiting;
};

/// The processes that hold or await a key, sorted by pid, without this one. Processes of other
/// users and of other pid namespaces cannot be seen, so an empty answer does not mean that the key
/// is free.
std::vector<Holder> find_holders(const LockFile& file, const Key& key);

/// The processes that hold or await any key: one entry for each range. As find_holders otherwise.
std::vector<Holder> find_all_holders(const LockFile& file);

/// Whether anybody holds the key: any process, seen or not, and any set of this process. Takes
/// nothing, so it is in nobody's way. False if there is no lock file.
///
/// Throws: Errc::io, Errc::unsupported.
bool is_held(const LockFile& file, const Key& key);

/// Whether a set of this process holds the key.
bool held_by_this_process(const LockFile& file, const Key& key);

/// A process's command line, safe to print on one line: the first word without its folders, the
/// whole shortened if it is long, control characters replaced. "?" if it cannot be read.
std::string describe_command(pid_t process);

/// What messages call a process of another user or of another pid namespace.
inline constexpr std::string_view kUnseenProcess = "a process that cannot be seen from here";

/// The process that a waiter waits for.
struct Blocker {
    std::optional<pid_t> process = {};  ///< Empty: it cannot be seen from here.
    std::string command = {};           ///< describe_command()'s.
};

/// The first process that holds the key, without this one.
Blocker find_blocker(const LockFile& file, const Key& key);

/// For a message about waiting: "pid 4711: rustup component add clippy", or kUnseenProcess.
std::string str(const Blocker& blocker);

}  // namespace latchkey::lock
