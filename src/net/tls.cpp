#include "tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <optional>
#include <vector>

#include "latchkey/base/error.hpp"
#include "trusted_certificates.hpp"

namespace latchkey::net {
namespace {

namespace asio = boost::asio;

struct Delete {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

std::string last_openssl_error() {
    std::string text;
    while (const unsigned long code = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(code);
        text = reason ? reason : "error " + std::to_string(code);
    }
    return text;
}

/// What the callbacks below share with the session whose bytes they carry: over a socket, or inside
/// of another session.
struct Carrier {
    asio::ip::tcp::socket* socket = nullptr;
    TlsSession* outer = nullptr;
    TlsSession::Step outer_wants = TlsSession::Step::done;  ///< Of the socket below it.
    bool ended = false;
    std::string error;
};

bool would_block(const boost::system::error_code& error) {
    return error == asio::error::would_block || error == asio::error::try_again;
}

/// What a session has to say of its failure while the one outside of it carries its last words:
/// OpenSSL has one list of errors, which each begins anew.
class ErrorsKept {
public:
    ErrorsKept() {
        while (const unsigned long code = ERR_get_error()) codes_.push_back(code);
    }
    ~ErrorsKept() {
        for (const unsigned long code : codes_) {
            ERR_raise(ERR_GET_LIB(code), ERR_GET_REASON(code));
        }
    }
    ErrorsKept(const ErrorsKept&) = delete;
    ErrorsKept& operator=(const ErrorsKept&) = delete;

private:
    std::vector<unsigned long> codes_;
};

bool waits(TlsSession::Step step) {
    return step == TlsSession::Step::wants_read || step == TlsSession::Step::wants_write;
}

/// How far a step of the outer session went. Empty: it waits for the socket.
std::optional<int> carried(Carrier& carrier, TlsSession::Step step, std::size_t count) {
    carrier.outer_wants = step;
    if (waits(step)) return std::nullopt;
    if (step == TlsSession::Step::done) return static_cast<int>(count);
    carrier.ended = step == TlsSession::Step::ended;
    if (!carrier.ended) carrier.error = carrier.outer->reason();
    return carrier.ended ? 0 : -1;
}

std::optional<int> carried(Carrier& carrier, const boost::system::error_code& error,
                           std::size_t count) {
    if (!error) return static_cast<int>(count);
    if (would_block(error)) return std::nullopt;
    carrier.ended = error == asio::error::eof;
    if (!carrier.ended) carrier.error = error.message();
    return carrier.ended ? 0 : -1;
}

int carry_in(BIO* bio, char* bytes, int size) {
    auto* carrier = static_cast<Carrier*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto room = static_cast<std::size_t>(size);
    std::optional<int> result;
    if (carrier->outer != nullptr) {
        const ErrorsKept kept;
        std::size_t count = 0;
        const TlsSession::Step step =
            carrier->outer->read(reinterpret_cast<std::byte*>(bytes), room, count);
        result = carried(*carrier, step, count);
    } else {
        boost::system::error_code error;
        const std::size_t count = carrier->socket->read_some(asio::buffer(bytes, room), error);
        result = carried(*carrier, error, count);
    }
    if (!result) BIO_set_retry_read(bio);
    return result.value_or(-1);
}

int carry_out(BIO* bio, const char* bytes, int size) {
    auto* carrier = static_cast<Carrier*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto length = static_cast<std::size_t>(size);
    std::optional<int> result;
    if (carrier->outer != nullptr) {
        const ErrorsKept kept;
        std::size_t count = 0;
        const TlsSession::Step step = carrier->outer->write(bytes, length, count);
        result = carried(*carrier, step, count);
    } else {
        boost::system::error_code error;
        const std::size_t count = carrier->socket->write_some(asio::buffer(bytes, length), error);
        result = carried(*carrier, error, count);
    }
    if (!result) BIO_set_retry_write(bio);
    return result.value_or(-1);
}

long carry_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return static_cast<Carrier*>(BIO_get_data(bio))->ended ? 1 : 0;
    return 0;
}

int begin_carrying(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

/// What matters between two that exchange files in both directions, and not to who reads one.
void take_servers_as_they_are(SSL_CTX* context) {
    // RFC 5746 secures a renegotiation. We take no part in any, so a server may be without it.
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION);
    // RFC 7685: there are boxes that hang on a first message of 256 to 511 bytes.
    SSL_CTX_set_options(context, SSL_OP_TLSEXT_PADDING);
    // Others do not put together a first message of several segments. One key of a post-quantum
    // group is a segment by itself; OpenSSL from 3.5 on would send it. Where a policy of the system
    // permits none of these groups, its own stay.
    SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384:P-521");
}

/// A server that may choose takes finite-field Diffie-Hellman, in a group too small to be accepted,
/// rather than what both could do well. rustup's client does not offer it either.
void offer_no_finite_field_group(SSL_CTX* context) {
    std::string names;
    const STACK_OF(SSL_CIPHER)* offered = SSL_CTX_get_ciphers(context);
    for (int i = 0; i < sk_SSL_CIPHER_num(offered); ++i) {
        const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(offered, i);
        const int exchange = SSL_CIPHER_get_kx_nid(cipher);
        // NID_kx_any: a suite of TLS 1.3, which has a list of its own.
        if (exchange == NID_kx_dhe || exchange == NID_kx_any) continue;
        if (!names.empty()) names += ':';
        names += SSL_CIPHER_get_name(cipher);
    }
    if (!names.empty()) SSL_CTX_set_cipher_list(context, names.c_str());
}

}  // namespace

struct TlsContext::State {
    std::unique_ptr<SSL_CTX, Delete> context;
    std::unique_ptr<BIO_METHOD, Delete> method;
    Trust trust;
};

TlsContext::TlsContext() : state_(std::make_unique<State>()) {}
TlsContext::~TlsContext() = default;

std::shared_ptr<const TlsContext> TlsContext::load(const OnWorker& on,
                                                   const ClientOptions& options) {
    on.check();
    ERR_clear_error();
    const std::shared_ptr<TlsContext> made(new TlsContext);
    State& state = *made->state_;
    state.context.reset(SSL_CTX_new(TLS_client_method()));
    state.method.reset(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket"));
    if (!state.context || !state.method) {
        throw Error(Errc::bug, "cannot start OpenSSL: " + last_openssl_error());
    }
    BIO_METHOD* method = state.method.get();
    BIO_meth_set_read(method, carry_in);
    BIO_meth_set_write(method, carry_out);
    BIO_meth_set_ctrl(method, carry_control);
    BIO_meth_set_create(method, begin_carrying);

    SSL_CTX* context = state.context.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    take_servers_as_they_are(context);
    offer_no_finite_field_group(context);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Many records with one system call.
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, 128 * 1024);
    // Whoever is named as trusted is, also below a root that is not.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    constexpr std::array<unsigned char, 9> kProtocols = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context, kProtocols.data(), kProtocols.size());

    state.trust = load_trusted(on, SSL_CTX_get_cert_store(context), options, system_places());
    ERR_clear_error();
    return made;
}

const std::string& TlsContext::warning() const noexcept {
    return state_->trust.warning;
}

struct TlsSession::State {
    std::shared_ptr<const TlsContext> context;
    std::string host;
    Carrier carrier;
    std::unique_ptr<SSL, Delete> session;
    std::string reason;

    Step judge(int result) {
        switch (SSL_get_error(session.get(), result)) {
            case SSL_ERROR_NONE:
                return Step::done;
            case SSL_ERROR_WANT_READ:
                return carrier.outer != nullptr ? carrier.outer_wants : Step::wants_read;
            case SSL_ERROR_WANT_WRITE:
                return carrier.outer != nullptr ? carrier.outer_wants : Step::wants_write;
            case SSL_ERROR_ZERO_RETURN:
                return Step::ended;
            default:
                break;
        }
        const std::string text = last_openssl_error();
        if (carrier.ended) {
            reason = "the connection was closed";
        } else if (!carrier.error.empty()) {
            reason = carrier.error;
        } else {
            reason = text.empty() ? "TLS failed" : text;
        }
        return Step::failed;
    }
};

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context,
                       boost::asio::ip::tcp::socket& socket, const std::string& host)
    : state_(std::make_unique<State>()) {
    state_->carrier.socket = &socket;
    begin(std::move(context), host);
}

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, TlsSession& outer,
                       const std::string& host)
    : state_(std::make_unique<State>()) {
    state_->carrier.outer = &outer;
    begin(std::move(context), host);
}

void TlsSession::begin(std::shared_ptr<const TlsContext> context, const std::string& host) {
    state_->host = host;
    state_->session.reset(SSL_new(context->state_->context.get()));
    SSL* session = state_->session.get();
    BIO* bio = session ? BIO_new(context->state_->method.get()) : nullptr;
    state_->context = std::move(context);
    if (!bio) throw Error(Errc::bug, "cannot start TLS: " + last_openssl_error());
    BIO_set_data(bio, &state_->carrier);
    SSL_set_bio(session, bio, bio);
    SSL_set_connect_state(session);

    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    X509_VERIFY_PARAM* checks = SSL_get0_param(session);
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool set = not_an_address ? SSL_set_tlsext_host_name(session, host.c_str()) == 1 &&
                                          SSL_set1_host(session, host.c_str()) == 1
                                    : X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) == 1;
    if (!set) throw Error(Errc::unsupported, "'" + host + "' cannot be checked by a certificate");
}

TlsSession::~TlsSession() = default;

TlsSession::Step TlsSession::handshake() {
    ERR_clear_error();
    const Step step = state_->judge(SSL_do_handshake(state_->session.get()));
    if (step == Step::ended) {
        state_->reason = "the connection was closed";
        return Step::failed;
    }
    if (step != Step::failed) return step;
    const long verdict = SSL_get_verify_result(state_->session.get());
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        state_->reason = "the server's certificate is not for '" + state_->host + "'";
    } else if (verdict != X509_V_OK) {
        state_->reason = std::string("the server's certificate is not trusted: ") +
                         X509_verify_cert_error_string(verdict);
        const std::string& missed = state_->context->state_->trust.missed;
        if (!missed.empty()) state_->reason += " (" + missed + ")";
    }
    return step;
}

TlsSession::Step TlsSession::read(std::byte* bytes, std::size_t size, std::size_t& count) {
    ERR_clear_error();
    count = 0;
    return state_->judge(SSL_read_ex(state_->session.get(), bytes, size, &count));
}

TlsSession::Step TlsSession::write(const char* bytes, std::size_t size, std::size_t& count) {
    ERR_clear_error();
    count = 0;
    return state_->judge(SSL_write_ex(state_->session.get(), bytes, size, &count));
}

bool TlsSession::quiet() {
    ERR_clear_error();
    std::byte next;
    std::size_t count = 0;
    return state_->judge(SSL_peek_ex(state_->session.get(), &next, 1, &count)) == Step::wants_read;
}

const std::string& TlsSession::reason() const noexcept {
    return state_->reason;
}

}  // namespace latchkey::net
