#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/net/client_options.hpp"

namespace latchkey::net {

/// What all TLS connections of a client share: whom to trust, and which versions to speak.
///
/// Thread: any number, once it is made.
class TlsContext {
public:
    /// Reads the trusted certificates, as trusted_certificates.hpp says.
    static std::shared_ptr<const TlsContext> load(const OnWorker& on, const ClientOptions& options);

    /// What a user should know of the certificates that were found; empty: nothing.
    [[nodiscard]] const std::string& warning() const noexcept;

    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

private:
    friend class TlsSession;
    struct State;
    TlsContext();
    std::unique_ptr<State> state_;
};

/// TLS over one socket, or inside of another session, without waiting: every step goes as far as
/// the socket's bytes reach. OpenSSL itself and not Asio's stream, so that a read takes all records
/// that are there and not one.
///
/// Requires: a socket that does not block, and that stays where it is; so does an outer session,
///           which is used by this one alone from now on.
class TlsSession {
public:
    /// `host` is the name or address that the certificate must be for.
    TlsSession(std::shared_ptr<const TlsContext> context, boost::asio::ip::tcp::socket& socket,
               const std::string& host);
    TlsSession(std::shared_ptr<const TlsContext> context, TlsSession& outer,
               const std::string& host);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    enum class Step {
        done,
        wants_read,   ///< The socket must become readable first.
        wants_write,  ///< The socket must become writable first.
        ended,        ///< The other side said that it is done.
        failed,       ///< `reason` tells why.
    };

    Step handshake();
    Step read(std::byte* bytes, std::size_t size, std::size_t& count);
    Step write(const char* bytes, std::size_t size, std::size_t& count);

    /// No bytes wait to be read, and the connection is not closed.
    bool quiet();

    /// Why the last step failed.
    [[nodiscard]] const std::string& reason() const noexcept;

private:
    struct State;
    void begin(std::shared_ptr<const TlsContext> context, const std::string& host);

    std::unique_ptr<State> state_;
};

}  // namespace latchkey::net
