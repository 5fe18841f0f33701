#include "feed.hpp"

#include <fmt/format.h>

#include <chrono>

#include "feed_attempts.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/net/sink.hpp"
#include "segments.hpp"

namespace latchkey::toolchain {
namespace {

using Clock = std::chrono::steady_clock;

/// How long one connection is looked at, and how much must be left to be worth more of them.
constexpr std::chrono::milliseconds kFirstLook{700};
constexpr std::uint64_t kWorthWidening = 12 * 1024 * 1024;

class PipeSink final : public net::Sink {
public:
    PipeSink(const Services& services, task::BytePipe pipe, std::string id, std::uint64_t offset,
             GiveUp give_up)
        : services_(services),
          reporter_(services.reporter),
          pipe_(std::move(pipe)),
          id_(std::move(id)),
          position_(offset),
          give_up_(std::move(give_up)) {}

    void come_from(const net::Origin& origin) override { origin_ = origin; }

    void begin(std::optional<std::uint64_t> length_bytes) override {
        begun_ = Clock::now();
        begun_at_ = position_;
        pushing_ = {};
        if (!length_bytes) return;
        total_bytes_ = position_ + *length_bytes;
        reporter_.total(id_, total_bytes_);
    }

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        if (note(block.size())) co_return false;
        const Clock::time_point handed = Clock::now();
        const bool wanted = co_await pipe_.push(std::move(block));
        pushing_ += Clock::now() - handed;
        wanted_ = wanted;
        widens_ = wanted && is_worth_widening();
        co_return wanted && !widens_;
    }

    [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
    [[nodiscard]] bool wanted() const noexcept { return wanted_; }
    [[nodiscard]] bool given_up() const noexcept { return given_up_; }

    /// One connection is too slow for what is left.
    [[nodiscard]] bool widens() const noexcept { return widens_; }
    [[nodiscard]] Rest rest() const {
        return {position_, total_bytes_, origin_.validator, bytes_per_second()};
    }
    [[nodiscard]] Came came() {
        return [this](std::uint64_t bytes) { return note(bytes); };
    }

private:
    /// True: another encoding is better now.
    bool note(std::uint64_t bytes) {
        position_ += bytes;
        reporter_.advance(id_, bytes);
        given_up_ = give_up_ && position_ < total_bytes_ && give_up_(share_left());
        return given_up_;
    }

    [[nodiscard]] double bytes_per_second() const {
        return static_cast<double>(position_ - begun_at_) /
               std::chrono::duration<double>(Clock::now() - begun_).count();
    }

    /// The line is waited for, not the decoder; and who says how many downloads he wants has them.
    [[nodiscard]] bool is_worth_widening() const {
        const Clock::duration passed = Clock::now() - begun_;
        return passed >= kFirstLook && pushing_ * 10 < passed &&
               total_bytes_ > position_ + kWorthWidening && origin_.ranges &&
               !origin_.validator.empty() && services_.segmented == 0 &&
               !services_.options.variables.concurrent_downloads;
    }

    [[nodiscard]] double share_left() const {
        return 1.0 - static_cast<double>(position_) / static_cast<double>(total_bytes_);
    }

    const Services& services_;
    Reporter& reporter_;
    task::BytePipe pipe_;
    std::string id_;
    std::uint64_t position_;
    std::uint64_t total_bytes_ = 0;
    GiveUp give_up_;
    bool wanted_ = true;
    bool given_up_ = false;
    bool widens_ = false;
    net::Origin origin_;
    Clock::time_point begun_ = Clock::now();
    std::uint64_t begun_at_ = 0;
    Clock::duration pushing_{};
};

/// One file at a time, the first that is worth it: that is the largest.
class Segmenting {
public:
    explicit Segmenting(Services& services) : services_(services) { ++services_.segmented; }
    Segmenting(const Segmenting&) = delete;
    Segmenting& operator=(const Segmenting&) = delete;
    ~Segmenting() { --services_.segmented; }

private:
    Services& services_;
};

task::awaitable<FeedEnd> feed_all(Services& services, const net::Url& url, PipeSink& sink,
                                  task::BytePipe& pipe) {
    for (unsigned attempt = 0;; ++attempt) {
        const std::uint64_t position = sink.position();
        const net::Fetched fetched = co_await services.client.fetch(url, position, sink);
        if (sink.given_up()) co_return FeedEnd::given_up;
        if (sink.widens()) {
            const Segmenting segmenting(services);
            const FeedEnd end =
                co_await feed_segments(services, url, sink.rest(), pipe, sink.came());
            if (end == FeedEnd::complete) pipe.close();
            co_return end;
        }
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
        co_await prepare_attempt(services, url, fetched, attempt, sink.position());
    }
}

}  // namespace

task::awaitable<FeedEnd> feed(Services& services, net::Url url, std::uint64_t offset,
                              task::BytePipe pipe, std::string id, std::string shown_file,
                              GiveUp give_up) {
    PipeSink sink(services, pipe, std::move(id), offset, std::move(give_up));
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
