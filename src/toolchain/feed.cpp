#include "feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "latchkey/base/error.hpp"
#include "latchkey/net/sink.hpp"
#include "latchkey/task/pause.hpp"

namespace latchkey::toolchain {
namespace {

class PipeSink final : public net::Sink {
public:
    PipeSink(Reporter& reporter, task::BytePipe pipe, std::string id, std::uint64_t offset,
             GiveUp give_up)
        : reporter_(reporter),
          pipe_(std::move(pipe)),
          id_(std::move(id)),
          position_(offset),
          give_up_(std::move(give_up)) {}

    void begin(std::optional<std::uint64_t> length_bytes) override {
        if (!length_bytes) return;
        total_bytes_ = position_ + *length_bytes;
        reporter_.total(id_, total_bytes_);
    }

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        position_ += block.size();
        reporter_.advance(id_, block.size());
        if (give_up_ && position_ < total_bytes_ && give_up_(share_left())) {
            given_up_ = true;
            co_return false;
        }
        const bool wanted = co_await pipe_.push(std::move(block));
        wanted_ = wanted;
        co_return wanted;
    }

    [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
    [[nodiscard]] bool wanted() const noexcept { return wanted_; }
    [[nodiscard]] bool given_up() const noexcept { return given_up_; }

private:
    [[nodiscard]] double share_left() const {
        return 1.0 - static_cast<double>(position_) / static_cast<double>(total_bytes_);
    }

    Reporter& reporter_;
    task::BytePipe pipe_;
    std::string id_;
    std::uint64_t position_;
    std::uint64_t total_bytes_ = 0;
    GiveUp give_up_;
    bool wanted_ = true;
    bool given_up_ = false;
};

Error failure_of(const net::Url& url, const net::Fetched& fetched) {
    if (fetched.failure) return *fetched.failure;
    if (url.scheme() == "file" && fetched.status == 404) {
        return Error(Errc::not_found, "file not found");
    }
    const Errc code =
        fetched.status >= 400 && fetched.status < 500 ? Errc::not_found : Errc::unreachable;
    return Error(
        code, fmt::format("http request returned an unsuccessful status code: {}", fetched.status));
}

/// A refusal that another try would only repeat.
bool final_refusal(const net::Fetched& fetched) {
    return fetched.cut == net::Cut::none && fetched.status >= 400 && fetched.status < 500;
}

/// Units: doubles from 100 ms to at most 2 s.
std::chrono::milliseconds pause_before(unsigned attempt) {
    return std::min(std::chrono::milliseconds(100) * (1U << std::min(attempt, 5U)),
                    std::chrono::milliseconds(2000));
}

task::awaitable<FeedEnd> feed_all(Services& services, const net::Url& url, PipeSink& sink,
                                  task::BytePipe& pipe) {
    for (unsigned attempt = 0;; ++attempt) {
        const std::uint64_t position = sink.position();
        const net::Fetched fetched = co_await services.client.fetch(url, position, sink);
        if (sink.given_up()) co_return FeedEnd::given_up;
        if (fetched.complete || !sink.wanted()) {
            pipe.close();
            co_return FeedEnd::complete;
        }
        if (fetched.cut == net::Cut::none && position > 0) {
            if (fetched.status == 200) co_return FeedEnd::restart;
            if (fetched.status == 416) {
                // Nothing is left to fetch, or the file has changed: the hash will tell.
                pipe.close();
                co_return FeedEnd::complete;
            }
        }
        if (final_refusal(fetched) || attempt >= services.options.variables.max_retries) {
            throw failure_of(url, fetched);
        }
        services.reporter.debug(fmt::format("trying '{}' again from byte {}: {}", url.shown(),
                                            sink.position(), failure_of(url, fetched).what()));
        co_await task::pause(pause_before(attempt));
    }
}

}  // namespace

task::awaitable<FeedEnd> feed(Services& services, net::Url url, std::uint64_t offset,
                              task::BytePipe pipe, std::string id, std::string shown_file,
                              GiveUp give_up) {
    PipeSink sink(services.reporter, pipe, std::move(id), offset, std::move(give_up));
    FeedEnd end = FeedEnd::complete;
    try {
        end = co_await feed_all(services, url, sink, pipe);
        if (end != FeedEnd::complete) {
            pipe.fail(std::make_exception_ptr(
                Error(Errc::unreachable, end == FeedEnd::restart
                                             ? "the server does not send the rest of a file alone"
                                             : "another encoding is fetched")));
        }
    } catch (const Error& e) {
        pipe.fail(std::make_exception_ptr(e.in(
            fmt::format("could not download file from '{}' to '{}'", url.shown(), shown_file))));
    }
    co_return end;
}

}  // namespace latchkey::toolchain
