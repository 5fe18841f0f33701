#include "pool.hpp"

#include <algorithm>

#include "dial.hpp"
#include "latchkey/base/error.hpp"
#include "request.hpp"
#include "socks.hpp"

namespace latchkey::net {

Pool::Pool(task::Loop& loop, const ClientOptions& options) : loop_(loop), options_(options) {}

Pool::Host& Pool::host(const Url& url, const std::optional<Url>& proxy) {
    std::string key = url.scheme() + "://" + url.host_and_port();
    if (proxy) key += " " + proxy->text();
    return hosts_.try_emplace(std::move(key), options_.connections_per_host).first->second;
}

std::size_t Pool::Host::limit_to(std::size_t count) {
    const std::size_t fewer = limit_ - std::min(limit_, std::max<std::size_t>(1, count));
    permits.remove(fewer);
    limit_ -= fewer;
    return fewer;
}

void Pool::Host::raise_by(std::size_t count) {
    limit_ += count;
    permits.add(count);
}

std::unique_ptr<Connection> Pool::find_idle(Host& host) {
    while (!host.idle.empty()) {
        std::unique_ptr<Connection> connection = std::move(host.idle.back());
        host.idle.pop_back();
        if (connection->quiet()) return connection;
    }
    return nullptr;
}

void Pool::put_back(Host& host, std::unique_ptr<Connection> connection) {
    if (connection->reusable()) host.idle.push_back(std::move(connection));
}

task::awaitable<Opened> Pool::open(Url url, std::optional<Url> proxy) {
    const bool socks = proxy && is_socks(*proxy);
    if (proxy && !socks && proxy->scheme() != "http" && proxy->scheme() != "https") {
        throw Error(Errc::unsupported, "the http proxy '" + proxy->shown() +
                                           "' is not supported: only http://, https://, socks5:// "
                                           "and socks5h:// are");
    }
    const Clock::time_point deadline = Clock::now() + options_.connect_timeout;
    const Url& first = proxy ? *proxy : url;
    Dialled dialled = co_await dial(first.host(), first.port(), deadline);
    if (dialled.trouble()) {
        const Trouble& trouble = *dialled.trouble();
        co_return Opened(
            Trouble(trouble.cut(), (proxy ? "the http proxy: " : "") + trouble.text()));
    }
    auto connection = std::make_unique<Connection>(dialled.take());
    std::optional<Trouble> trouble;
    if (socks) {
        trouble =
            co_await open_socks_tunnel(*connection, url, *proxy, deadline, options_.read_timeout);
    } else if (proxy) {
        trouble = co_await reach_through(*connection, url, *proxy);
    }
    if (!trouble && url.scheme() == "https") {
        trouble = co_await start_tls(*connection, url.host());
    }
    if (trouble) co_return Opened(*trouble);
    co_return Opened(std::move(connection));
}

task::awaitable<std::optional<Trouble>> Pool::start_tls(Connection& connection, std::string host) {
    const std::shared_ptr<const TlsContext> tls = co_await load_tls();
    co_return co_await connection.start_tls(tls, std::move(host), options_.read_timeout);
}

task::awaitable<std::optional<Trouble>> Pool::reach_through(Connection& connection, Url url,
                                                            Url proxy) {
    if (proxy.scheme() == "https") {
        const std::optional<Trouble> trouble = co_await start_tls(connection, proxy.host());
        if (trouble) {
            co_return Trouble(trouble->cut(),
                              "the http proxy '" + proxy.shown() + "': " + trouble->text());
        }
    }
    // An http URL is asked for as a whole.
    if (url.scheme() != "https") co_return std::nullopt;
    co_return co_await tunnel(connection, std::move(url), std::move(proxy));
}

task::awaitable<std::optional<Trouble>> Pool::tunnel(Connection& connection, Url url, Url proxy) {
    // A proxy may ask another server first who the user is.
    const Connection::Limit limit = options_.read_timeout;
    std::string request = connect_request(url, proxy, options_.user_agent);
    std::optional<Trouble> trouble = co_await connection.send(std::move(request), limit);
    if (!trouble) trouble = co_await connection.read_head(limit);
    const std::string who = "the http proxy '" + proxy.shown() + "'";
    if (trouble) co_return Trouble(Cut::unreached, who + ": " + trouble->text());
    const int status = connection.head().status;
    if (status >= 200 && status <= 299) co_return std::nullopt;
    co_return Trouble(Cut::unreached,
                      who + " answered CONNECT with status " + std::to_string(status));
}

task::awaitable<std::shared_ptr<const TlsContext>> Pool::load_tls() {
    // One reads the certificates, others wait for it.
    const task::Permits::Permit permit = co_await tls_loading_.acquire(0);
    if (!tls_) {
        auto load = [this](const OnWorker& on) { return TlsContext::load(on, options_); };
        tls_ = co_await task::offload(loop_.workers(), load);
        if (options_.warn && !tls_->warning().empty()) options_.warn(tls_->warning());
    }
    co_return tls_;
}

}  // namespace latchkey::net
