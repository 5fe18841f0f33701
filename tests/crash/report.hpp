#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "unsynced_files.hpp"

namespace latchkey::crash {

/// What became of a traced run.
struct Report {
    /// The call at which the fault happened.
    struct Hit {
        std::string call;
        std::string path;
        int descriptor = -1;
    };

    int ended = -1;                               ///< As end_of().
    std::map<std::string, std::uint64_t> counts;  ///< Fault → calls at which it can happen.
    std::optional<Hit> hit;
    int other_ended = -1;  ///< As end_of().
    bool other_waited = false;
    std::map<UnsyncedFiles::Id, std::string> unsynced;
    std::vector<std::string> calls;  ///< Of `--list`.
};

/// Shape: one JSON object.
void write_report(const std::string& path, const Report& report);

}  // namespace latchkey::crash
