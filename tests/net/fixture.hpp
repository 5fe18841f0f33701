#pragma once

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "latchkey/net/client.hpp"
#include "net/scripted_server.hpp"

namespace latchkey::test {

/// Keeps what comes; wants no more after `limit_bytes`.
class CollectingSink final : public net::Sink {
public:
    void begin(std::optional<std::uint64_t> length_bytes) override {
        ++beginnings;
        length = length_bytes;
    }

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        sizes.push_back(block.size());
        text.append(reinterpret_cast<const char*>(block.data()), block.size());
        std::this_thread::sleep_for(pause);
        co_return text.size() < limit_bytes;
    }

    std::size_t limit_bytes = static_cast<std::size_t>(-1);
    std::chrono::milliseconds pause{0};  ///< It takes so long for a block.
    int beginnings = 0;
    std::optional<std::uint64_t> length;
    std::vector<std::size_t> sizes;
    std::string text;
};

/// Runs the loop until the task is done; what others do on the loop goes on at the next call.
template <typename T>
T run(task::Loop& loop, task::awaitable<T> main) {
    bool done = false;
    std::exception_ptr failure;
    std::optional<T> result;
    boost::asio::co_spawn(loop.context(), std::move(main), [&](std::exception_ptr error, T value) {
        done = true;
        failure = error;
        result.emplace(std::move(value));
    });
    loop.context().restart();
    while (!done) loop.context().run_one();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
}

template <typename T>
task::awaitable<std::unique_ptr<T>> boxed(task::awaitable<T> main) {
    T value = co_await std::move(main);
    co_return std::make_unique<T>(std::move(value));
}

/// run() for a type without a default constructor, which co_spawn asks for.
template <typename T>
T run_boxed(task::Loop& loop, task::awaitable<T> main) {
    return std::move(*run(loop, boxed(std::move(main))));
}

/// A loop, a scripted server and a client.
struct Fixture {
    task::Loop loop{1};
    ScriptedServer server{loop};
    net::ClientOptions options;
    std::optional<net::Client> made;

    Fixture() {
        options.read_timeout = std::chrono::seconds(20);
        options.user_agent = "latchkey-test";
    }

    net::Client& client() {
        if (!made) made.emplace(loop, options);
        return *made;
    }

    net::Fetched fetch(const std::string& url, net::Sink& sink, std::uint64_t offset = 0) {
        return run(loop, client().fetch(net::Url::parse(url), offset, sink));
    }

    std::optional<std::string> fetch_text(const std::string& url, std::size_t limit = 1000) {
        return run(loop, client().fetch_text(net::Url::parse(url), limit));
    }
};

}  // namespace latchkey::test
