#include <fmt/format.h>

#include "latchkey/base/shown_url.hpp"
#include "latchkey/doctor/checks.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/net/http_proxy.hpp"
#include "latchkey/net/trust.hpp"

namespace latchkey::doctor {
namespace {

/// A file that a server of toolchains has, and that says little: 64 digits and a name.
constexpr std::string_view kSmallFile = "/channel-rust-stable.toml.sha256";
constexpr std::size_t kSmallBytes = 4096;

std::string way_text(const std::optional<net::Url>& proxy) {
    return proxy ? fmt::format(" through the proxy '{}'", proxy->shown()) : "";
}

}  // namespace

Findings look_at_certificates(const OnWorker& on, const net::ClientOptions& options) {
    try {
        const net::Trust trust = net::load_trust(on, options);
        Findings findings;
        if (!trust.warning.empty()) findings.push_back(warning("certificates: " + trust.warning));
        if (trust.certificates == 0) findings.push_back(error("certificates: " + trust.missed));
        if (!findings.empty()) return findings;
        const bool named = trust.source == net::Trust::Source::named;
        return {ok(fmt::format("certificates: {} of {}", trust.certificates,
                               named ? "SSL_CERT_FILE and SSL_CERT_DIR" : "the system"))};
    } catch (const Error& e) {
        return {error(fmt::format("certificates: {}", e.what()))};
    }
}

Findings look_at_mirrors(const mirrors::Configured& configured) {
    Findings findings;
    if (configured.failure) findings.push_back(error(configured.failure->what()));
    for (const std::string& text : configured.warnings) findings.push_back(warning(text));
    if (!configured.mirrors.empty()) {
        findings.push_back(
            ok(fmt::format("mirrors: {}, the first is '{}'; `rustup mirror-list "
                           "test` asks them",
                           configured.mirrors.size(), configured.mirrors.front().url)));
    }
    return findings;
}

task::awaitable<Findings> reach_server(task::Loop& loop, net::ClientOptions options,
                                       std::string root, std::chrono::seconds limit) {
    Findings findings;
    try {
        const net::Url url = net::Url::parse(root + std::string(kSmallFile));
        options.max_retries = 0;
        options.read_timeout = limit;
        options.connect_timeout = limit;
        options.warn = {};  // It is a finding of its own.
        std::optional<net::Url> proxy;
        if (url.scheme() != "file") proxy = net::find_http_proxy(options, url);
        net::Client client(loop, std::move(options));
        const auto text = co_await client.fetch_text(url, kSmallBytes);
        const std::string place = fmt::format("'{}'{}", without_credentials(root), way_text(proxy));
        findings.push_back(text ? ok("server: " + place + " answers")
                                : warning("server: " + place + " has no stable channel"));
    } catch (const Error& e) {
        findings.push_back(error(fmt::format("server: {}", e.what())));
    }
    co_return findings;
}

}  // namespace latchkey::doctor
