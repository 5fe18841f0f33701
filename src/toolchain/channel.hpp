#pragma once

#include <optional>
#include <string>

#include "channel_answer.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// Fetches a channel's checksum file. Unless that has `known_hash`, also fetches the manifest. Asks
/// the servers as ask_in_turn() says, where `oldest_date` is explained.
///
/// Shape:  `known_hash` is the 20 digits that update-hashes/ has. Empty: fetch the manifest.
/// Throws: Errc::unreachable, `could not download file from 'URL' to 'PATH': …`; Errc::corrupt,
///         `could not parse manifest file: 'PATH': …`; as fetch_signed().
task::awaitable<ChannelAnswer> fetch_channel(Services& services, dist::ToolchainName name,
                                             std::optional<std::string> known_hash,
                                             std::string oldest_date);

/// A manifest by its own address at any of the servers, which must be the one with this hash.
///
/// `policy`: what its signature decides. Empty: as at each server.
///
/// Returns: `manifest`.
/// Throws:  Errc::not_found if the server has no such file; Errc::corrupt if it is another one;
///          as fetch_channel().
task::awaitable<ChannelAnswer> fetch_dated(Services& services, dist::ToolchainName name,
                                           std::string url, std::string hash,
                                           std::optional<config::SignaturePolicy> policy);

/// `could not download file from 'URL' to 'PATH': file not found`
Error absent_file_error(const Services& services, const std::string& url);

/// Asks for a release in the format of before 2016, after fetch_channel() has found none. A named
/// channel has a list of archives; a version has only its archive.
///
/// Returns: `combined`, `unchanged`; `absent` with `no release found for 'NAME'`.
/// Shape:   `known_hash` as for fetch_channel(), but of the archive.
/// Throws:  Errc::corrupt, `checksum failed for …` if the list does not match its checksum;
///          Errc::unsupported, `the server unexpectedly provided an obsolete version …` for a
///          toolchain that is configured, and if signatures are required; Errc::not_found, `binary package was not provided for …`,
///          `could not download nonexistent rust version …`; Errc::unreachable.
task::awaitable<ChannelAnswer> fetch_combined(Services& services, dist::ToolchainName name,
                                              std::optional<std::string> known_hash,
                                              bool is_configured);

/// `could not download nonexistent rust version `NAME`: CAUSE`
Error nonexistent_version_error(const dist::ToolchainName& name, const Error& cause);

/// `the server unexpectedly provided an obsolete version of the distribution manifest`
Error obsolete_manifest_error();

/// Warns of a wrong checksum, and reports rustup's explanation of why that may happen.
void explain_mismatch(Services& services, const Error& mismatch);

}  // namespace latchkey::toolchain
