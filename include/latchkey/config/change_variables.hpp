#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "latchkey/dist/server.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::config {

/// Which of a manifest's artifacts to fetch.
enum class Compression { automatic, xz, gz, zst };

/// What the environment says about changing something: servers, downloads, unpacking, waiting.
struct ChangeVariables {
    dist::Server server;
    /// RUSTUP_UPDATE_ROOT, where new versions of this program come from. There is no other:
    /// rustup's own server has rustup.
    std::optional<std::string> update_root;
    std::optional<std::string> self_update_version;  ///< RUSTUP_VERSION.

    unsigned max_retries = 3;
    std::optional<unsigned> concurrent_downloads;   ///< At least 1. Empty: not said.
    std::optional<std::uint64_t> unpack_ram_bytes;  ///< As said; not held against any bound.
    unsigned backtrack_limit = 21;                  ///< At least 1.
    bool permit_copy_rename = false;                ///< Set, even to nothing.

    std::chrono::seconds lock_timeout{0};  ///< LATCHKEY_LOCK_TIMEOUT; zero waits for ever.
    Compression compression = Compression::automatic;  ///< LATCHKEY_COMPRESSION.
};

/// What is no number falls back to the default, as in rustup; our own two variables do not.
///
/// Throws: Errc::usage: a server that is no UTF-8; LATCHKEY_* with a value that has no meaning.
ChangeVariables parse_change_variables(const platform::Environment& environment);

/// RUSTUP_DOWNLOAD_TIMEOUT, or 180. Read when a download begins: rustup complains then, not before.
///
/// Units:  seconds without data.
/// Throws: Errc::usage in rustup's words.
std::chrono::seconds parse_download_timeout(const platform::Environment& environment);

/// RUSTUP_IO_THREADS. Read before anything else, by every command and proxy.
///
/// Shape:  at least 1; empty where it is not set.
/// Throws: Errc::usage; rustup prints this text, of several lines perhaps, after "Error: ", with a
///         capital.
std::optional<unsigned> parse_io_threads(const platform::Environment& environment);

}  // namespace latchkey::config
