#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/net/url.hpp"

namespace latchkey::net {

/// How to reach servers. The caller fills it in, mostly from environment variables.
struct ClientOptions {
    /// Units: seconds that may pass without a byte, on each read of an answer, of a proxy's answer
    ///        and of a TLS handshake (RUSTUP_DOWNLOAD_TIMEOUT).
    std::chrono::seconds read_timeout{180};

    /// Set if the user's variables for it make no sense: every fetch throws this.
    std::optional<Error> refusal;

    /// Units: seconds for the name and the TCP connection together.
    std::chrono::seconds connect_timeout{30};

    /// How often fetch_text() asks again (RUSTUP_MAX_RETRIES). Callers of fetch() count their own
    /// attempts.
    unsigned max_retries = 0;

    /// Told how the client reacts to a server's refusals. May be empty.
    std::function<void(const std::string&)> told;

    /// Told once, before the first TLS connection, what a user should know about the trusted
    /// certificates. May be empty.
    std::function<void(const std::string&)> warn;

    /// The value of the Authorization field for a URL without credentials. Asked before each
    /// request, so it is asked again for the URL of a redirect, which may be another host's. May be
    /// empty.
    ///
    /// Shape: the result has no control characters.
    std::function<std::optional<std::string>(const Url&)> authorization;

    std::string user_agent;  ///< Empty: none is sent.

    std::optional<std::string> http_proxy;   ///< For http URLs.
    std::optional<std::string> https_proxy;  ///< For https URLs.
    std::optional<std::string> all_proxy;    ///< For a scheme whose own proxy is not set.
    std::optional<std::string> no_proxy;     ///< Exceptions; see http_proxy.hpp.

    /// The places of trusted certificates in PEM: SSL_CERT_FILE, and the list SSL_CERT_DIR. If any
    /// of them exists, the system's collection is not used, as with rustup; what cannot be read
    /// there is passed over. If none exists, the system's collection counts. If that is empty, the
    /// built-in one counts, and `warn` is told.
    std::optional<std::string> ca_file;
    std::vector<std::string> ca_directories;

    /// How many requests to one host may be under way at once. Others wait, the oldest first. The
    /// number falls if the host refuses one more.
    std::size_t connections_per_host = 8;
};

}  // namespace latchkey::net
