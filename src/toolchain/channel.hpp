#pragma once

#include <memory>
#include <optional>
#include <string>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// What a server says of a channel.
struct ChannelAnswer {
    enum class Kind {
        manifest,      ///< Here it is.
        unchanged,     ///< Its hash is the one that the toolchain was made from.
        absent,        ///< The server has no such release.
        inconsistent,  ///< Manifest and checksum do not belong together. It has been said.
    };
    Kind kind = Kind::absent;
    dist::Manifest manifest;
    std::shared_ptr<const std::string> text;  ///< As it will lie there; only for `manifest`.
    std::string hash;                         ///< SHA-256 of the manifest as served, hex.
    std::optional<Error> mismatch;            ///< For `inconsistent`: rustup's checksum text.
    std::string absent_url;                   ///< For `absent`: the first file that is not there.
};

/// Fetches the checksum, then, unless it is `known_hash`, the manifest.
///
/// Units:  `known_hash` is what update-hashes/ holds: 20 digits; empty: fetch in any case.
/// Throws: Errc::unreachable, `could not download file from 'URL' to 'PATH': …`; Errc::corrupt,
///         `could not parse manifest file: 'PATH': …`.
task::awaitable<ChannelAnswer> fetch_channel(Services& services, dist::ToolchainName name,
                                             std::optional<std::string> known_hash);

/// `could not download file from 'URL' to 'PATH': file not found`
Error absent_file_error(const Services& services, const std::string& url);

/// Why there is no release of that name, after fetch_channel() found none: `no release found for
/// 'NAME'`, `could not download nonexistent rust version …`; for one in the format of before 2016
/// that it is too old, in rustup's words where it is that for rustup: for a toolchain that has a
/// manifest already, or for another target.
///
/// Throws: as fetch_channel.
task::awaitable<Error> explain_absence(Services& services, dist::ToolchainName name,
                                       bool has_manifest);

/// Says why a checksum may be wrong, as rustup does, with its warning.
void explain_mismatch(Services& services, const Error& mismatch);

}  // namespace latchkey::toolchain
