#include "dial.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <vector>

#include "latchkey/task/notice.hpp"

namespace latchkey::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Endpoints = std::vector<tcp::endpoint>;

constexpr std::chrono::milliseconds kStagger{250};

/// The system's resolver cannot be interrupted. So its answer goes to what it owns itself, and the
/// coroutine waits for a notice and may leave at any time.
struct Lookup {
    explicit Lookup(const asio::any_io_executor& executor) : resolver(executor) {}

    tcp::resolver resolver;
    task::Notice answered;
    bool finished = false;
    error_code error;
    Endpoints endpoints;
};

/// Tells the resolver that nobody waits any more, however the wait ends.
class Cancel {
public:
    explicit Cancel(std::shared_ptr<Lookup> lookup) : lookup_(std::move(lookup)) {}
    ~Cancel() { lookup_->resolver.cancel(); }
    Cancel(const Cancel&) = delete;
    Cancel& operator=(const Cancel&) = delete;

private:
    std::shared_ptr<Lookup> lookup_;
};

task::awaitable<std::shared_ptr<Lookup>> look_up(std::string host, std::uint16_t port,
                                                 Clock::time_point deadline) {
    const auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    error_code not_an_address;
    const asio::ip::address address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) {
        lookup->endpoints.emplace_back(address, port);
        lookup->finished = true;
        co_return lookup;
    }
    lookup->resolver.async_resolve(
        host, std::to_string(port), tcp::resolver::numeric_service,
        [lookup](error_code error, const tcp::resolver::results_type& results) {
            lookup->finished = true;
            lookup->error = error;
            for (const auto& result : results) lookup->endpoints.push_back(result.endpoint());
            lookup->answered.tell();
        });
    const Cancel cancel(lookup);
    co_await lookup->answered.wait_until(deadline);
    co_return lookup;
}

/// The system's order of preference, but no two of one family in a row while the other has any.
Endpoints alternating(Endpoints endpoints) {
    if (endpoints.empty()) return endpoints;
    const auto family = endpoints.front().protocol();
    const auto others = std::stable_partition(
        endpoints.begin(), endpoints.end(),
        [&](const tcp::endpoint& endpoint) { return endpoint.protocol() == family; });
    Endpoints mixed;
    auto one = endpoints.begin();
    auto other = others;
    while (one != others || other != endpoints.end()) {
        if (one != others) mixed.push_back(*one++);
        if (other != endpoints.end()) mixed.push_back(*other++);
    }
    return mixed;
}

/// Several connections in the making. Owned by the coroutine and by each handler.
struct Race {
    explicit Race(asio::any_io_executor loop) : executor(std::move(loop)) {}

    const asio::any_io_executor executor;
    task::Notice changed;
    std::vector<tcp::socket> sockets;
    std::size_t pending = 0;
    std::optional<std::size_t> winner;
    error_code last_error;

    void close() {
        for (tcp::socket& socket : sockets) {
            error_code ignored;
            socket.close(ignored);
        }
    }
};

/// Closes what is still in the making, however the race ends.
class Finish {
public:
    explicit Finish(std::shared_ptr<Race> race) : race_(std::move(race)) {}
    ~Finish() { race_->close(); }
    Finish(const Finish&) = delete;
    Finish& operator=(const Finish&) = delete;

private:
    std::shared_ptr<Race> race_;
};

void start(const std::shared_ptr<Race>& race, const tcp::endpoint& endpoint) {
    const std::size_t index = race->sockets.size();
    tcp::socket& socket = race->sockets.emplace_back(race->executor);
    error_code error;
    socket.open(endpoint.protocol(), error);
    if (error) {
        race->last_error = error;
        return;
    }
    ++race->pending;
    socket.async_connect(endpoint, [race, index](error_code outcome) {
        --race->pending;
        if (outcome) {
            race->last_error = outcome;
        } else if (!race->winner) {
            race->winner = index;
        }
        race->changed.tell();
    });
}

task::awaitable<Dialled> connect(Endpoints endpoints, std::string place,
                                 Clock::time_point deadline) {
    const auto race = std::make_shared<Race>(co_await asio::this_coro::executor);
    const Finish finish(race);
    race->sockets.reserve(endpoints.size());
    std::size_t next = 0;
    Clock::time_point next_start = Clock::now();
    for (;;) {
        if (race->winner) co_return Dialled(std::move(race->sockets[*race->winner]));
        const Clock::time_point now = Clock::now();
        if (now >= deadline) {
            co_return Dialled(Trouble(Cut::unreached, "connecting to " + place + " timed out"));
        }
        if (next < endpoints.size() && (race->pending == 0 || now >= next_start)) {
            start(race, endpoints[next++]);
            next_start = now + kStagger;
            continue;
        }
        if (race->pending == 0) {
            co_return Dialled(Trouble(
                Cut::unreached, "cannot connect to " + place + ": " + race->last_error.message()));
        }
        co_await race->changed.wait_until(next < endpoints.size() ? std::min(next_start, deadline)
                                                                  : deadline);
    }
}

}  // namespace

task::awaitable<Addresses> find_addresses(std::string host, std::uint16_t port,
                                          Clock::time_point deadline) {
    const std::shared_ptr<Lookup> lookup = co_await look_up(host, port, deadline);
    if (!lookup->finished) {
        co_return Addresses(Trouble(Cut::unreached, "looking up '" + host + "' timed out"));
    }
    if (lookup->error || lookup->endpoints.empty()) {
        co_return Addresses(Trouble(
            Cut::unreached, "cannot find the address of '" + host +
                                "': " + (lookup->error ? lookup->error.message() : "it has none")));
    }
    co_return Addresses(lookup->endpoints);
}

task::awaitable<Dialled> dial(std::string host, std::uint16_t port, Clock::time_point deadline) {
    const Addresses found = co_await find_addresses(host, port, deadline);
    if (found.trouble()) co_return Dialled(*found.trouble());
    const bool v6 = host.find(':') != std::string::npos;
    std::string place = (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    Endpoints endpoints = alternating(found.endpoints());
    co_return co_await connect(std::move(endpoints), std::move(place), deadline);
}

}  // namespace latchkey::net
