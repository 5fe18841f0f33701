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
        combined,      ///< The one archive of a release of before 2016.
        absent,        ///< The server has no such release.
        inconsistent,  ///< Manifest and checksum do not belong together.
    };
    Kind kind = Kind::absent;
    dist::Manifest manifest;                  ///< For `manifest` and `combined`.
    std::shared_ptr<const std::string> text;  ///< As it will lie there; only for `manifest`.
    std::string hash;               ///< SHA-256 of the manifest as served, or of the archive; hex.
    std::optional<Error> mismatch;  ///< For `inconsistent`: rustup's checksum text.
    std::optional<Error> absence;   ///< For `absent`: rustup's text.
    std::string absent_url;         ///< For `absent`: the first file that is not there.
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

/// The same in the format of before 2016, after fetch_channel() found nothing: for a channel the
/// list of its archives, for a version its archive alone.
///
/// Returns: `combined`, `unchanged`; `absent` with `no release found for 'NAME'`.
/// Units:   `known_hash` is the archive's, as fetch_channel() has it.
/// Throws:  Errc::corrupt, `checksum failed for …` for a list that is not as its checksum says;
///          Errc::unsupported, `the server unexpectedly provided an obsolete version …` for a
///          toolchain that is configured; Errc::not_found, `binary package was not provided for …`,
///          `could not download nonexistent rust version …`; Errc::unreachable.
task::awaitable<ChannelAnswer> fetch_combined(Services& services, dist::ToolchainName name,
                                              std::optional<std::string> known_hash,
                                              bool is_configured);

/// `could not download nonexistent rust version `NAME`: CAUSE`
Error nonexistent_version_error(const dist::ToolchainName& name, const Error& cause);

/// `the server unexpectedly provided an obsolete version of the distribution manifest`
Error obsolete_manifest_error();

/// Says why a checksum may be wrong, as rustup does, with its warning.
void explain_mismatch(Services& services, const Error& mismatch);

}  // namespace latchkey::toolchain
