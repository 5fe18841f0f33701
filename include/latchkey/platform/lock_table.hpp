#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/process.hpp"

namespace latchkey::platform {

/// A range that some open description holds. The kernel's table does not say whose it is.
struct TableRange {
    std::uint64_t first;
    std::uint64_t last;  ///< Inclusive.
    bool exclusive;
};

/// Every OFD range on a file, other users' included: one for each description that holds it. Opens
/// the file with O_PATH, so it need not be readable. Empty if the file does not exist or if the
/// kernel shows no table.
/// Source: proc(5), /proc/locks; /proc/pid/mountinfo for the device that it names.
std::vector<TableRange> find_table_ranges(const std::string& path);

/// Whether some holder of a whole file's lock may write the file. Its owner, root and this user
/// may; anybody may if the mode lets more users than the owner write. True also if the kernel names
/// no holder that can be looked at, since that one may run in another pid namespace.
/// Source: flock(2); proc(5), /proc/locks, /proc/pid/status.
bool is_locked_by_writer(const Fd& file, const std::string& shown);

/// Whether both have their range by one open description, as after a fork. False if the kernel does
/// not say.
///
/// Source: kcmp(2), KCMP_FILE.
bool same_description(const HeldRange& one, const HeldRange& other);

}  // namespace latchkey::platform
