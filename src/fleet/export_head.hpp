#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"

namespace latchkey::fleet {

/// One component of an exported toolchain.
struct ExportedComponent {
    dist::Component component;
    std::string tree;
    bool operator==(const ExportedComponent&) const = default;
};

/// What stands before an exported toolchain's files.
struct ExportHead {
    std::string toolchain;      ///< A directory's name under `toolchains/`.
    std::string manifest_hash;  ///< Of the manifest as it was served.
    std::vector<ExportedComponent> components;
    bool operator==(const ExportHead&) const = default;
};

/// Throws: Errc::unsupported for another format; Errc::corrupt. Both name `shown_path`.
ExportHead parse_export_head(std::string_view text, const std::string& shown_path);

std::string str(const ExportHead& head);

// The names in an archive, below the toolchain's.
inline constexpr std::string_view kHeadName = "latchkey-export";
inline constexpr std::string_view kManifestName = "manifest.toml";
inline constexpr std::string_view kIndexName = "index.json";
inline constexpr std::string_view kTrees = "trees/";
inline constexpr std::string_view kFiles = "files/";
inline constexpr std::string_view kExtra = "extra/";

/// Whether a path stays below the folder that it begins in: relative, and no part of it is empty,
/// "." or "..".
bool is_below(std::string_view path);

}  // namespace latchkey::fleet
