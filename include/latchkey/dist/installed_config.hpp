#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/component.hpp"

namespace latchkey::dist {

/// `lib/rustlib/multirust-config.toml`: which components a toolchain has.
struct InstalledConfig {
    std::vector<Component> components;  ///< In the order of the file.
    bool operator==(const InstalledConfig&) const = default;
};

/// Throws: Errc::corrupt, `could not parse Config file: 'PATH': error parsing config: …`.
InstalledConfig parse_installed_config(std::string_view text, const std::string& shown_path);
/// The text as rustup writes it.
std::string serialise(const InstalledConfig& config);

/// `lib/rustlib/components`: one full name on each line, in the order of installation.
std::vector<std::string> parse_installed_components(std::string_view text);
std::string serialise_installed_components(std::span<const std::string> names);

/// The content of `lib/rustlib/rust-installer-version` and of a package's own. It has no line end.
inline constexpr std::string_view kInstallerVersion = "3";

/// A file or directory that a component puts into a toolchain.
struct PayloadLine {
    enum class Kind { file, dir };
    Kind kind = Kind::file;
    std::string path;  ///< Relative to the toolchain, UTF-8; no empty part, no `.`, no `..`.
    bool operator==(const PayloadLine&) const = default;
};

/// `component manifest for 'COMPONENT' is corrupt`.
Error corrupt_payload_error(std::string_view component);

/// Reads a package's `manifest.in` or an installed `manifest-NAME`.
///
/// Throws: as corrupt_payload_error(), for an unknown kind or a path that could leave the
///         toolchain.
std::vector<PayloadLine> parse_payload_manifest(std::string_view text, std::string_view component);
std::string serialise_payload_manifest(std::span<const PayloadLine> payload);

}  // namespace latchkey::dist
