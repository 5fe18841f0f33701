#pragma once

#include <optional>
#include <string>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/fleet/means.hpp"

namespace latchkey::fleet {

/// What a server says of a release, byte for byte.
struct ChannelFiles {
    std::string checksum;                          ///< The text of the `.sha256` file.
    std::string hash;                              ///< That it names.
    std::optional<std::string> signature;          ///< The `.asc` file. Empty: the server has none.
    std::optional<std::string> signature_warning;  ///< As an install warns of it.
    std::string text;                              ///< The manifest.
    dist::Manifest manifest;
};

/// Asks the servers for a release, one after another. `known` is a manifest that is at hand: if it
/// is what the checksum says, it is not fetched again. Of a list, a server whose manifest is older
/// than that is passed over. The signature is checked as an install does, and what it warns of is
/// reported.
///
/// Throws: Errc::not_found if no server has such a release; Errc::corrupt if manifest and checksum
///         differ, the signature is not what the policy requires, or the manifest makes no sense;
///         Errc::unreachable; the cancellation.
task::awaitable<ChannelFiles> fetch_channel_files(Means& means, dist::ToolchainName name,
                                                  std::optional<std::string> known);

/// A small file by its URL at any server. Empty: no server has it.
///
/// Throws: Errc::unreachable, Errc::corrupt; the cancellation.
task::awaitable<std::optional<std::string>> fetch_note(Means& means, std::string url);

}  // namespace latchkey::fleet
