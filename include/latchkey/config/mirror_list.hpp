#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/home_layout.hpp"

namespace latchkey::config {

/// A server of releases, as a `[[mirror]]` of `config.toml` names it.
struct Mirror {
    /// Stands for the default server, as RUSTUP_DIST_SERVER does.
    ///
    /// Shape: `http`, `https` or `file`; with a host, except for `file`; without credentials,
    ///        query, fragment and a slash at the end.
    std::string url;
    std::uint16_t priority = 100;  ///< Lower ones are asked first.
    bool netrc = false;            ///< Credentials come from netrc.

    /// The variable that has the credentials. Empty: none has.
    std::optional<std::string> auth_variable;

    std::optional<SignaturePolicy> signature;  ///< Empty: the file does not say.
    bool enabled = true;
    std::string file;  ///< The configuration that names it.

    bool operator==(const Mirror&) const = default;
};

/// What configurations say about servers.
struct MirrorList {
    /// Those that are enabled, in the order in which they are asked.
    std::vector<Mirror> mirrors;
    std::vector<std::string> warnings;  ///< Each of one line.
    std::vector<std::string> files;     ///< The configurations that are there.
};

/// One configuration: its mirrors in the file's order, also those that are not enabled.
///
/// `path` is the name in errors and warnings.
///
/// Throws: Errc::usage, `could not parse configuration file: 'PATH': …`, with line, mark and cause.
MirrorList parse_mirror_list(std::string_view text, const std::string& path);

/// Both configurations, the user's first. Mirrors are ordered by priority, then as they come. If
/// both name a URL, the user's entry counts, so that a user can change or disable a system's mirror.
MirrorList merge(MirrorList of_user, MirrorList of_system);

/// The system's configuration.
inline constexpr std::string_view kSystemConfiguration = "/etc/latchkey/config.toml";

/// Reads the configurations of a home and of the system. A file that does not exist is passed over.
///
/// Throws: as parse_mirror_list(); Errc::usage for a file that every user may write, unless they
///         may write to its folder, too; Errc::io, `could not read configuration file: …`.
MirrorList load_mirror_list(const dist::HomeLayout& home,
                            const std::string& system_path = std::string(kSystemConfiguration));

}  // namespace latchkey::config
