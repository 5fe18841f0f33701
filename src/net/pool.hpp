#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connection.hpp"
#include "latchkey/net/client_options.hpp"
#include "latchkey/net/url.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/permits.hpp"
#include "tls.hpp"

namespace latchkey::net {

/// A connection, or why there is none.
class Opened {
public:
    explicit Opened(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
    explicit Opened(Trouble trouble) : trouble_(std::move(trouble)) {}

    [[nodiscard]] const std::optional<Trouble>& trouble() const noexcept { return trouble_; }
    std::unique_ptr<Connection> take() { return std::move(connection_); }

private:
    std::unique_ptr<Connection> connection_;
    std::optional<Trouble> trouble_;
};

/// The connections of a client: opens them, keeps those that can be used again, and bounds their
/// number for each scheme, host, port and proxy.
///
/// Thread: the loop's.
class Pool {
public:
    Pool(task::Loop& loop, const ClientOptions& options);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// What goes the same way.
    class Host {
    public:
        explicit Host(std::size_t connections) : permits(connections), limit_(connections) {}

        /// Counts as long as it is there.
        class [[nodiscard]] Count {
        public:
            explicit Count(std::size_t& number) : number_(number) { ++number_; }
            Count(const Count&) = delete;
            Count& operator=(const Count&) = delete;
            ~Count() { --number_; }

        private:
            std::size_t& number_;
        };

        /// The server stands no more at once than these. Returns how many fewer that are.
        std::size_t limit_to(std::size_t count);

        /// It was something else: so many more again.
        void raise_by(std::size_t count);

        [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

        task::Permits permits;
        std::vector<std::unique_ptr<Connection>> idle;
        std::size_t asked = 0;       ///< Requests under way, answered or not.
        std::size_t delivering = 0;  ///< Those whose body comes.

    private:
        std::size_t limit_;
    };

    Host& host(const Url& url, const std::optional<Url>& proxy);

    /// A kept connection that is still open. Empty: there is none.
    static std::unique_ptr<Connection> find_idle(Host& host);

    /// A fresh one, through the proxy if there is one, with TLS if the URL wants it, which is
    /// inside of that with the proxy, if its URL wants one.
    task::awaitable<Opened> open(Url url, std::optional<Url> proxy);

    /// Keeps it if it can carry another request.
    static void put_back(Host& host, std::unique_ptr<Connection> connection);

private:
    task::awaitable<std::shared_ptr<const TlsContext>> load_tls();
    task::awaitable<std::optional<Trouble>> start_tls(Connection& connection, std::string host);
    task::awaitable<std::optional<Trouble>> reach_through(Connection& connection, Url url,
                                                          Url proxy);
    task::awaitable<std::optional<Trouble>> tunnel(Connection& connection, Url url, Url proxy);

    task::Loop& loop_;
    const ClientOptions& options_;
    std::map<std::string, Host> hosts_;
    task::Permits tls_loading_{1};
    std::shared_ptr<const TlsContext> tls_;
};

}  // namespace latchkey::net
