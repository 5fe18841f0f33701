#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/config/mirror_list.hpp"
#include "latchkey/config/signature_policy.hpp"
#include "latchkey/dist/server.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::config {

/// Which encoding of an artifact to fetch.
enum class Compression { automatic, xz, gz, zst };

/// The environment's variables that concern changes: servers, downloads, unpacking, waiting.
struct ChangeVariables {
    dist::Server server;
    bool names_server = false;  ///< RUSTUP_DIST_SERVER or RUSTUP_DIST_ROOT is set.

    /// Not from the environment: the servers of load_mirror_list(), which stand for `server`. Empty
    /// if the environment names one.
    std::vector<Mirror> mirrors;

    /// RUSTUP_UPDATE_ROOT: the server of new versions of this program. It has no default, because
    /// rustup's own server has rustup.
    std::optional<std::string> update_root;
    std::optional<std::string> self_update_version;  ///< RUSTUP_VERSION.

    unsigned max_retries = 3;
    std::optional<unsigned> concurrent_downloads;   ///< At least 1. Empty: not said.
    std::optional<std::uint64_t> unpack_ram_bytes;  ///< As said; not held against any bound.
    unsigned backtrack_limit = 21;                  ///< At least 1.
    bool permit_copy_rename = false;                ///< Set, even to nothing.

    std::optional<SignaturePolicy> signature;  ///< RUSTUP_SIGNATURE; beats the setting.
    std::optional<std::string> pgp_key;        ///< RUSTUP_PGP_KEY: the file of one more key.

    std::chrono::seconds lock_timeout{0};  ///< LATCHKEY_LOCK_TIMEOUT; zero waits for ever.
    Compression compression = Compression::automatic;  ///< LATCHKEY_COMPRESSION.
};

/// A value that is not a number counts as the default, as in rustup. Our own variables are checked.
///
/// Throws: Errc::usage if a server is not UTF-8, or if RUSTUP_SIGNATURE, LATCHKEY_LOCK_TIMEOUT or
///         LATCHKEY_COMPRESSION makes no sense.
ChangeVariables parse_change_variables(const platform::Environment& environment);

/// RUSTUP_DOWNLOAD_TIMEOUT, or 180. Read it when a download begins, because rustup complains then
/// and not before.
///
/// Units:  seconds without data.
/// Throws: Errc::usage in rustup's words.
std::chrono::seconds parse_download_timeout(const platform::Environment& environment);

/// RUSTUP_IO_THREADS. Every command and proxy reads it before anything else.
///
/// Shape:  at least 1. Empty: it is not set.
/// Throws: Errc::usage. rustup prints this text, which may have several lines, after "Error: ",
///         with a capital letter.
std::optional<unsigned> parse_io_threads(const platform::Environment& environment);

}  // namespace latchkey::config
