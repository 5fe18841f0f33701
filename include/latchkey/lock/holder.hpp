#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::lock {

/// A process that holds a range, or waits for it. Asked of the kernel, so never stale.
struct Holder {
    pid_t process;
    std::string command_line;  ///< Its words joined by blanks, the first without its folders.
    /// When the process started: the kernel does not say when a range was taken, only by whom.
    std::optional<std::chrono::system_clock::time_point> since;
    Mode mode;
    bool waiting;
};

/// Who holds or awaits a key, by pid, ourselves left out. Processes of other users, and of other
/// pid namespaces, cannot be seen: empty does not mean free.
std::vector<Holder> find_holders(const LockFile& file, const Key& key);

/// The same for any key at all: one entry for each range.
std::vector<Holder> find_all_holders(const LockFile& file);

/// Does a set of this very process hold the key?
bool held_by_this_process(const LockFile& file, const Key& key);

/// A process's command line for a line of text: the first word without its folders, a long one cut,
/// what a terminal would obey replaced. "?" where it cannot be read.
std::string describe_command(pid_t process);

/// For a waiting message: "pid 4711: rustup component add clippy", or "a process that cannot be
/// seen from here". The command line as describe_command has it.
std::string describe_holder(const LockFile& file, const Key& key);

}  // namespace latchkey::lock
