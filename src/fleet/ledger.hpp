#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::fleet {

/// An archive in a mirror.
struct LedgerFile {
    std::string hash;
    std::optional<std::uint64_t> size_bytes;  ///< Empty: it is about to come.
    bool own = true;                          ///< False: it was there before us.

    bool operator==(const LedgerFile&) const = default;
};

/// A release in a mirror, or one that is about to come.
struct LedgerRelease {
    std::string channel;             ///< "stable", "1.95.0".
    std::string date;                ///< YYYY-MM-DD.
    std::string hash;                ///< Of its manifest.
    std::set<std::string> archives;  ///< Their paths.
    bool current = false;            ///< The channel's undated manifest is of this release.
    bool published = false;          ///< Its dated manifest has been there.

    bool operator==(const LedgerRelease&) const = default;
};

/// What `latchkey mirror` has put into a folder, so that it never touches anything else there.
///
/// Paths are relative to the mirror's folder.
struct Ledger {
    std::map<std::string, LedgerFile> files;
    std::set<std::string> notes;  ///< Manifests, and what lies beside files: checksums, signatures.
    std::vector<LedgerRelease> releases;

    [[nodiscard]] LedgerRelease* find(std::string_view channel, std::string_view date);

    bool operator==(const Ledger&) const = default;
};

/// Throws: Errc::corrupt, naming `shown_path`, the line, and what to do.
Ledger parse_ledger(std::string_view text, const std::string& shown_path);

std::string str(const Ledger& ledger);

}  // namespace latchkey::fleet
