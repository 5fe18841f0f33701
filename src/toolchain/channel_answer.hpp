#pragma once

#include <memory>
#include <optional>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::toolchain {

/// A server's answer about a channel.
struct ChannelAnswer {
    enum class Kind {
        manifest,      ///< The channel's manifest.
        unchanged,     ///< The manifest has the hash that the toolchain was made from.
        combined,      ///< A release of before 2016, which is one archive.
        absent,        ///< The server does not have the release.
        inconsistent,  ///< The manifest does not match its checksum.
    };
    Kind kind = Kind::absent;
    dist::Manifest manifest;                  ///< For `manifest` and `combined`.
    std::shared_ptr<const std::string> text;  ///< For `manifest`: to be written to toolchains.
    std::string hash;               ///< SHA-256 of the manifest as served, or of the archive; hex.
    std::optional<Error> mismatch;  ///< For `inconsistent`: rustup's checksum text.
    std::optional<Error> absence;   ///< For `absent`: rustup's text.
    bool older = false;      ///< For `unchanged`: because all servers are behind the toolchain.
    std::string absent_url;  ///< For `absent`: the first file that is not there.
    /// For `manifest`: what is wrong with its signature. To be told by who uses the manifest.
    std::optional<std::string> signature_warning;
};

}  // namespace latchkey::toolchain
