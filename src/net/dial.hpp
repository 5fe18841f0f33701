#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "latchkey/task/workers.hpp"
#include "trouble.hpp"

namespace latchkey::net {

/// A connected socket, or why there is none.
class Dialled {
public:
    explicit Dialled(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}
    explicit Dialled(Trouble trouble) : trouble_(std::move(trouble)) {}

    [[nodiscard]] const std::optional<Trouble>& trouble() const noexcept { return trouble_; }
    boost::asio::ip::tcp::socket take() { return std::move(*socket_); }

private:
    std::optional<boost::asio::ip::tcp::socket> socket_;
    std::optional<Trouble> trouble_;
};

/// The addresses of a name, at least one, as the system prefers them; or why there are none.
class Addresses {
public:
    using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

    explicit Addresses(Endpoints endpoints) : endpoints_(std::move(endpoints)) {}
    explicit Addresses(Trouble trouble) : trouble_(std::move(trouble)) {}

    [[nodiscard]] const std::optional<Trouble>& trouble() const noexcept { return trouble_; }
    [[nodiscard]] const Endpoints& endpoints() const noexcept { return endpoints_; }

private:
    Endpoints endpoints_;
    std::optional<Trouble> trouble_;
};

/// Looks up a name; an address is its own.
task::awaitable<Addresses> find_addresses(std::string host, std::uint16_t port,
                                          Clock::time_point deadline);

/// Connects to a name or address. Its addresses are tried in turn, families alternating, each a
/// quarter of a second after the one before unless that failed earlier; the first to answer wins.
///
/// Source: RFC 8305 ("happy eyeballs"), without its asynchronous look-up per family.
task::awaitable<Dialled> dial(std::string host, std::uint16_t port, Clock::time_point deadline);

}  // namespace latchkey::net
