#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/dist/component.hpp"
#include "latchkey/store/history.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::toolchain {

/// One entry of a toolchain's history, beside the entry before it.
struct PastEntry {
    store::HistoryEntry entry;
    std::vector<dist::Component> added;
    std::vector<dist::Component> removed;
    std::vector<dist::Component> changed;     ///< The same component with other files.
    bool current = false;                     ///< What the toolchain is.
    bool held = false;                        ///< Where updates leave it.
    std::optional<std::uint64_t> kept_bytes;  ///< A generation is kept; what only it takes.
};

/// The history of a toolchain, the newest entry first: who asks wants to know what changed last.
///
/// Throws: Errc::io.
std::vector<PastEntry> load_past(const OnWorker& on, const store::Home& home,
                                 const std::string& toolchain);

/// `1.95.0 (59807616e 2026-04-14)`, and what is known of a release beside it. An entry of an
/// earlier version tells no more than its manifest.
std::string release_text(const store::HistoryEntry& entry);

}  // namespace latchkey::toolchain
