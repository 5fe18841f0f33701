#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"

namespace latchkey::net {

/// How to reach servers. The caller fills it, mostly from environment variables.
struct ClientOptions {
    /// Units: seconds that may pass without a byte, on each read of an answer, of a proxy's answer
    ///        and of a TLS handshake (RUSTUP_DOWNLOAD_TIMEOUT).
    std::chrono::seconds read_timeout{180};

    /// What every fetch throws: the user's wishes for it make no sense.
    std::optional<Error> refusal;

    /// Units: seconds for the name and the TCP connection together.
    std::chrono::seconds connect_timeout{30};

    /// How often a text is asked for again (RUSTUP_MAX_RETRIES). Who fetches into a sink counts for
    /// himself.
    unsigned max_retries = 0;

    /// Told what is made of a server's refusals. May be empty.
    std::function<void(const std::string&)> told;

    /// Told once, before the first TLS connection, what a user should know of the certificates that
    /// are trusted. May be empty.
    std::function<void(const std::string&)> warn;

    std::string user_agent;  ///< Empty: none is sent.

    std::optional<std::string> http_proxy;   ///< For http URLs.
    std::optional<std::string> https_proxy;  ///< For https URLs.
    std::optional<std::string> all_proxy;    ///< Where the one above is not set.
    std::optional<std::string> no_proxy;     ///< Exceptions; see http_proxy.hpp.

    /// Where trusted certificates lie in PEM: SSL_CERT_FILE, and the list SSL_CERT_DIR. If any of
    /// these places exists, the system's own collection is not asked, as with rustup. What cannot
    /// be read there is passed over. If none exists, the system's counts, and where that has none,
    /// the one that is built in; `warn` is told.
    std::optional<std::string> ca_file;
    std::vector<std::string> ca_directories;

    /// How many requests to one host are under way at once. Others wait their turn, oldest first.
    /// They become fewer where the host refuses one more.
    std::size_t connections_per_host = 8;
};

}  // namespace latchkey::net
