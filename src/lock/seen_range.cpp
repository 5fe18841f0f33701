#include "latchkey/lock/seen_range.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "companions.hpp"
#include "latchkey/platform/lock_table.hpp"
#include "latchkey/platform/process.hpp"

namespace latchkey::lock {
namespace {

using Bytes = std::tuple<std::uint64_t, std::uint64_t, bool>;  // First, last, exclusive.
using Counts = std::map<Bytes, std::size_t>;                   // Descriptions that hold them.

template <typename Range>
Bytes bytes_of(const Range& range) {
    return {range.first, range.last, range.exclusive};
}

Counts count_table(const LockFile& file) {
    Counts counts;
    for (const std::string& path : {file.path(), file.readers_path()}) {
        for (const platform::TableRange& range : platform::find_table_ranges(path)) {
            ++counts[bytes_of(range)];
        }
    }
    return counts;
}

/// After a fork, several processes have one description.
Counts count_descriptions(const std::vector<platform::HeldRange>& held) {
    std::map<Bytes, std::vector<const platform::HeldRange*>> different;
    for (const platform::HeldRange& range : held) {
        auto& known = different[bytes_of(range)];
        if (std::none_of(known.begin(), known.end(), [&range](const auto* each) {
                return platform::same_description(*each, range);
            })) {
            known.push_back(&range);
        }
    }
    Counts counts;
    for (const auto& [bytes, known] : different) counts[bytes] = known.size();
    return counts;
}

std::size_t count_of(const Counts& counts, const Bytes& bytes) {
    const auto found = counts.find(bytes);
    return found == counts.end() ? 0 : found->second;
}

struct Look {
    std::vector<platform::HeldRange> held;
    Counts hidden;  ///< In the table before and after, and nobody's meanwhile.
};

Look look(const LockFile& file) {
    const Counts before = count_table(file);
    Look result{platform::find_held_ranges(file.find_statuses()), {}};
    const Counts found = count_descriptions(result.held);
    for (const auto& [bytes, after] : count_table(file)) {
        const std::size_t lasting = std::min(count_of(before, bytes), after);
        const std::size_t known = count_of(found, bytes);
        if (lasting > known) result.hidden[bytes] = lasting - known;
    }
    return result;
}

Mode mode_of(bool exclusive) {
    return exclusive ? Mode::exclusive : Mode::shared;
}

}  // namespace

std::vector<SeenRange> find_seen_ranges(const LockFile& file) {
    std::vector<SeenRange> seen;
    if (file.find_statuses().empty()) return seen;
    Look last = look(file);
    if (!last.hidden.empty()) {
        // A range that went from one process to another meanwhile looks the same: look again.
        const Counts hidden = std::move(last.hidden);
        last = look(file);
        for (auto& [bytes, count] : last.hidden) count = std::min(count, count_of(hidden, bytes));
    }
    for (const platform::HeldRange& range : without_companions(last.held)) {
        if (range.process == ::getpid()) continue;
        seen.push_back({range.first, range.last, mode_of(range.exclusive), range.process});
    }
    for (const auto& [bytes, count] : last.hidden) {
        const auto& [first, end, exclusive] = bytes;
        // One holder may have an exclusive range in both files.
        for (std::size_t i = 0; i < (exclusive ? 1 : count); ++i) {
            seen.push_back({first, end, mode_of(exclusive), std::nullopt});
        }
    }
    return seen;
}

}  // namespace latchkey::lock
