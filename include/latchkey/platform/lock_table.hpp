#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/process.hpp"

namespace latchkey::platform {

/// A range that some open description holds. The kernel's table says where, not whose.
struct TableRange {
    std::uint64_t first;
    std::uint64_t last;  ///< Inclusive.
    bool exclusive;
};

/// Every OFD range held on a file, of other users' processes, too: one for each description. Opens
/// the file only for its place (O_PATH), so it need not be readable. Empty where it is not there,
/// and where the kernel shows no table.
/// Source: proc(5), /proc/locks; /proc/pid/mountinfo for the device that it names.
std::vector<TableRange> find_table_ranges(const std::string& path);

/// May one of those who hold the lock on a whole file write it, too? Its owner may, root, and this
/// user; anybody where its mode lets more than the owner write. So where the kernel names no holder
/// that can be looked at: it may run in another pid namespace.
/// Source: flock(2); proc(5), /proc/locks, /proc/pid/status.
bool is_locked_by_writer(const Fd& file, const std::string& shown);

/// Do both have their range by one open description, as after a fork? False where the kernel does
/// not say. Source: kcmp(2), KCMP_FILE.
bool same_description(const HeldRange& one, const HeldRange& other);

}  // namespace latchkey::platform
