#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "latchkey/lock/key.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/lock/seen_range.hpp"
#include "latchkey/store/key_names.hpp"

namespace latchkey::facts {

using WallTime = std::chrono::system_clock::time_point;

/// Who holds a key, or waits for it.
struct LockRow {
    bool waits = false;
    std::uint64_t first = 0;               ///< The bytes: of one key first == last.
    std::uint64_t last = 0;                ///< Inclusive.
    std::string kind;                      ///< "unpack"; empty for bytes that are no key's.
    std::optional<std::string> name = {};  ///< As the key has it; empty where no name fits.
    std::string what;                      ///< For people: "component clippy 0.1.95 for ...".
    lock::Mode mode = lock::Mode::shared;
    std::optional<pid_t> process = {};  ///< Empty: one that cannot be seen from here.
    std::string command = {};           ///< One line without control characters.
    std::optional<WallTime> process_started = {};
    /// When a watch saw it first; empty: it was there when the watch began.
    std::optional<WallTime> first_seen = {};
};

/// A row for each key that a range covers, without what is known of the process. A range over more
/// than a key and its mark, which nobody of ours makes, is one row.
std::vector<LockRow> make_rows(const lock::SeenRange& range, const store::KeyNames& names,
                               const store::Home& home);

/// Sorts by key, the kinds that are held exclusively first, holders before waiters. A process that
/// has one key by two descriptors has it once.
void tidy_rows(std::vector<LockRow>& rows);

/// For people: what one process has of one toolchain's directory is one row, "components cargo,
/// rustc of stable-…", seen first when the first of it was.
std::vector<LockRow> grouped_rows(const std::vector<LockRow>& rows);

/// When each row of a watch was seen first.
class FirstSeen {
public:
    void mark(std::vector<LockRow>& rows, WallTime now);

private:
    // Process and its start, bytes, waiting or not.
    using Sighting = std::tuple<pid_t, std::optional<WallTime>, std::uint64_t, std::uint64_t, bool>;
    std::map<Sighting, std::optional<WallTime>> times_;
    std::optional<WallTime> began_;
};

struct LockListForm {
    std::optional<unsigned> columns;  ///< Empty: lines are as long as they are.
    bool watched = false;             ///< "FIRST SEEN" in place of "PROCESS STARTED".
    WallTime now = {};
    WallTime began = {};  ///< Of the watch.
};

/// The table, line by line. Two lines for each row where one would leave no room for the command.
std::vector<std::string> lock_lines(const std::vector<LockRow>& rows, const LockListForm& form);

/// The document of kind "locks".
boost::json::object lock_document(const std::vector<LockRow>& rows);

/// What `--json` prints, an array of objects in one line; docs/formats.md has the keys.
std::string lock_json(const std::vector<LockRow>& rows, bool watched);

}  // namespace latchkey::facts
