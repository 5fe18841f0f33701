#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/comparison.hpp"
#include "latchkey/store/inspection.hpp"
#include "latchkey/upkeep/report.hpp"

namespace latchkey::upkeep {

/// A finding that can be repaired, and what is needed for that.
struct Damage {
    std::size_t finding = 0;  ///< Its place in the report.
    dist::Component component;
    std::string tree;
    std::optional<store::ExpectedFile> file;  ///< Empty: it is a note.
    std::optional<store::NoteFlaw> note;
    bool repaired = false;
};

/// One look at a toolchain.
struct Inspection {
    Report report;
    std::vector<Damage> damages;
    std::string directory;
    std::optional<store::State> state;  ///< Empty: none describes the directory.
};

/// The other toolchains whose current directory has the very same file at this path. Sorted.
std::vector<std::string> find_sharers(const store::Home& home, const std::string& toolchain,
                                      const std::string& directory, const std::string& path);

/// Throws: as verify().
/// Locks:  takes `directory` and `use` shared, and has released them when it returns.
Inspection inspect(const OnWorker& on, const store::Home& home, const std::string& toolchain,
                   store::Depth depth, unsigned more_threads);

}  // namespace latchkey::upkeep
