#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::dist {

inline constexpr std::string_view kDefaultServer = "https://static.rust-lang.org";

/// The server of manifests and components.
struct Server {
    std::string dist_server{
        kDefaultServer};  ///< Stands for the default server in components' URLs.
    std::string dist_root = dist_server + "/dist";
    bool staged = false;  ///< Undated manifests come from `staging/`.

    /// From the values of RUSTUP_DIST_SERVER, RUSTUP_DIST_ROOT and RUSTUP_STAGED_MANIFEST. An empty
    /// value counts as none.
    static Server from(const std::optional<std::string>& dist_server,
                       const std::optional<std::string>& dist_root, bool staged = false);

    /// Whether messages may speak of the official server.
    [[nodiscard]] bool is_official() const { return dist_root.starts_with(kDefaultServer); }

    /// The URL of the version 2 manifest. The checksum has the same URL with `.sha256`.
    ///
    /// Throws: Errc::unsupported for a dated name while staged.
    [[nodiscard]] std::string manifest_url(const ToolchainName& name) const;

    /// The URL of a named channel's version 1 manifest, which is a list of files.
    ///
    /// Throws: as manifest_url.
    [[nodiscard]] std::string legacy_manifest_url(const ToolchainName& name) const;

    /// The URL of a file that the version 1 manifest lists.
    [[nodiscard]] std::string legacy_file_url(const ToolchainName& name,
                                              std::string_view file) const;

    /// The URL of a version's archive. Versions have no version 1 manifest.
    [[nodiscard]] std::string legacy_version_url(const ToolchainName& name) const;

    /// A component's URL with every occurrence of the default server replaced by `dist_server`.
    [[nodiscard]] std::string component_url(std::string_view url) const;
};

/// The hash in a `.sha256` file: its first 64 characters, whatever they are.
///
/// Throws: Errc::corrupt, `checksum file of 'URL' is malformed`, if there are fewer.
std::string parse_checksum_file(std::string_view text, std::string_view url);

/// `checksum file of 'URL' is malformed`. The text leaves out the URL's credentials.
Error malformed_checksum_file_error(std::string_view url);

/// `checksum failed for 'URL', expected: …, calculated: …`. Shape: hashes as hex digits.
Error checksum_error(std::string_view url, std::string_view expected, std::string_view calculated);

/// The part of a hash that `update-hashes/` keeps: its first 20 digits.
std::string update_hash(std::string_view hex);

/// The file for `target` in a version 1 manifest. Empty: there is none.
std::optional<std::string> find_legacy_file(std::string_view manifest, std::string_view target);

}  // namespace latchkey::dist
