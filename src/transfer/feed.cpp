#include "feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "feed_attempts.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/net/attempts.hpp"
#include "latchkey/net/download_errors.hpp"
#include "latchkey/net/sink.hpp"
#include "latchkey/task/group.hpp"
#include "latchkey/task/notice.hpp"
#include "latchkey/task/pause.hpp"
#include "segments.hpp"

namespace latchkey::transfer {
namespace {

using Clock = std::chrono::steady_clock;

/// How long one connection is looked at, which part of the time the line must have been waited for,
/// and how much must be left to be worth more of them.
constexpr std::chrono::milliseconds kLook{700};
constexpr double kMostly = 0.9;
constexpr std::uint64_t kWorthWidening = 12 * 1024 * 1024;

/// Of a file's end, which shows whether its server sends parts of it.
constexpr std::size_t kEndBytes = 64 * 1024;

/// Keeps the end of a file.
class EndSink final : public net::Sink {
public:
    void begin(std::optional<std::uint64_t>) override {}

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        block.resize(std::min<std::size_t>(block.size(), kEndBytes - bytes_));
        bytes_ += block.size();
        blocks.push_back(std::move(block));
        co_return !complete();
    }

    [[nodiscard]] bool complete() const noexcept { return bytes_ == kEndBytes; }

    std::vector<task::BytePipe::Block> blocks;

private:
    std::size_t bytes_ = 0;
};

class PipeSink final : public net::Sink {
public:
    PipeSink(Context& context, Progress& progress, task::BytePipe pipe, std::string id,
             std::uint64_t offset, GiveUp give_up)
        : context_(context),
          progress_(progress),
          pipe_(std::move(pipe)),
          id_(std::move(id)),
          position_(offset),
          reported_(offset),
          give_up_(std::move(give_up)),
          flow_(context.downloads, context.client.line()) {}

    void come_from(const net::Origin& origin) override { origin_ = origin; }

    void begin(std::optional<std::uint64_t> length_bytes) override {
        begin_look();
        flow_.begin(length_bytes.value_or(0));
        if (origin_.total_bytes) {
            total_bytes_ = *origin_.total_bytes;
        } else if (length_bytes) {
            total_bytes_ = position_ + *length_bytes;
        }
        if (total_bytes_ == 0) return;
        progress_.total(id_, total_bytes_);
    }

    task::awaitable<bool> write(std::vector<std::byte> block) override {
        if (note(block.size())) co_return false;
        const bool held = pipe_.is_full(block.size());
        if (held) flow_.hold();
        const bool wanted = co_await pipe_.push(std::move(block));
        if (held) flow_.release();
        wanted_ = wanted;
        if (Clock::now() - look_since_ >= kLook) {
            worth_widening_ = wanted && is_worth_widening();
            if (worth_widening_) parts_wanted_.tell();
            begin_look();
        }
        widens_ = worth_widening_ && !end_.empty() && position_ < total_bytes_ - kEndBytes;
        co_return wanted && !widens_;
    }

    /// Beside the one connection: waits until that is too slow for what is left, and asks for the
    /// file's end alone. Only when that has come are there parts, and none are tried again from a
    /// server that has sent something else. Never ends but by a cancellation.
    task::awaitable<void> try_parts(net::Url url) {
        co_await parts_wanted_.wait();  // Until the one connection has turned out to be too slow.
        net::ByteRange range;
        range.first = total_bytes_ - kEndBytes;
        range.end = total_bytes_;
        range.total_bytes = total_bytes_;
        EndSink end;
        const net::Fetched fetched =
            co_await context_.client.fetch_range(url, std::move(range), end);
        if (end.complete()) {
            end_ = std::move(end.blocks);
        } else {
            context_.downloads.give_up_parts(url);
            progress_.debug(fmt::format("'{}' does not come in parts: {}", url.shown(),
                                        net::failure_of(fetched).what()));
        }
        for (;;) co_await parts_wanted_.wait();
    }

    /// What came alone before its turn. False: it is not wanted.
    task::awaitable<bool> push_end() {
        std::vector<task::BytePipe::Block> blocks = std::exchange(end_, {});
        for (task::BytePipe::Block& block : blocks) {
            if (note(block.size())) co_return false;
            const bool wanted = co_await pipe_.push(std::move(block));
            if (!wanted) co_return false;
        }
        co_return true;
    }

    /// The parts have failed: one connection goes on from there.
    void go_on_from(std::uint64_t position) {
        position_ = position;
        widens_ = worth_widening_ = false;
        end_.clear();
    }

    void set_in_parts(bool in_parts) { flow_.set_in_parts(in_parts); }

    /// Its connection broke, or was refused.
    void broke_off() { flow_.pause(); }

    [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
    [[nodiscard]] bool wanted() const noexcept { return wanted_; }
    [[nodiscard]] bool given_up() const noexcept { return given_up_; }

    /// What is still to come, of this file.
    [[nodiscard]] net::ByteRange rest_range() const {
        net::ByteRange rest;
        rest.first = position_;
        if (total_bytes_ > 0) rest.total_bytes = total_bytes_;
        return rest;
    }

    /// As far as the server has said how much that is.
    [[nodiscard]] bool has_all() const noexcept { return position_ >= total_bytes_; }

    /// One connection is too slow for what is left.
    [[nodiscard]] bool widens() const noexcept { return widens_; }
    [[nodiscard]] Rest rest() const {
        return {position_, total_bytes_ - kEndBytes, total_bytes_, rate_};
    }
    [[nodiscard]] Came came() {
        return [this](std::uint64_t bytes) { return note(bytes); };
    }

private:
    /// True: another encoding is better now.
    bool note(std::uint64_t bytes) {
        position_ += bytes;
        if (position_ > reported_) {  // What comes for the second time is no progress.
            progress_.advance(id_, position_ - reported_);
            reported_ = position_;
        }
        flow_.came(bytes);
        given_up_ = give_up_ && position_ < total_bytes_ && give_up_(share_left());
        return given_up_;
    }

    void begin_look() {
        look_since_ = Clock::now();
        look_at_ = context_.client.line().count();
    }

    /// The line is waited for, not the decoders; and more connections may bring more.
    [[nodiscard]] bool is_worth_widening() {
        const net::LineMeter::Count came = context_.client.line().count() - look_at_;
        const std::chrono::duration<double> passed = Clock::now() - look_since_;
        if (came.ready < kMostly * passed) return false;
        rate_ = static_cast<double>(came.bytes) / passed.count();
        return total_bytes_ > position_ + kWorthWidening && origin_.ranges && flow_.may_widen();
    }

    [[nodiscard]] double share_left() const {
        return 1.0 - static_cast<double>(position_) / static_cast<double>(total_bytes_);
    }

    Context& context_;
    Progress& progress_;
    task::BytePipe pipe_;
    std::string id_;
    std::uint64_t position_;
    std::uint64_t reported_;  ///< The furthest position so far.
    std::uint64_t total_bytes_ = 0;
    GiveUp give_up_;
    bool wanted_ = true;
    bool given_up_ = false;
    bool worth_widening_ = false;
    bool widens_ = false;
    task::Notice parts_wanted_;
    std::vector<task::BytePipe::Block> end_;  ///< Of the file, where it came alone.
    net::Origin origin_;
    Downloads::Flow flow_;
    Clock::time_point look_since_ = Clock::now();
    net::LineMeter::Count look_at_;
    double rate_ = 0;  ///< Of the line, in the last look. Units: bytes per second.
};

/// What a server may do that cannot stand the question, and does whenever it is asked. One that is
/// busy or away says nothing of it, and what is there already is kept.
bool may_not_stand_ranges(const net::Fetched& fetched) {
    return fetched.cut == net::Cut::broken || fetched.status == 500 || fetched.status == 501;
}

/// By one connection, as long as that is fast enough.
task::awaitable<net::Fetched> fetch_rest(Context& context, const net::Url& url, PipeSink& sink) {
    task::awaitable<net::Fetched> rest = context.client.fetch_range(url, sink.rest_range(), sink);
    if (!context.downloads.sends_parts(url)) {
        net::Fetched fetched = co_await std::move(rest);
        co_return fetched;
    }
    net::Fetched fetched = co_await task::first_of(std::move(rest), sink.try_parts(url));
    co_return fetched;
}

/// By several. What they have brought in a row stays when one of them fails.
task::awaitable<Parted::End> feed_in_parts(Context& context, Progress& progress,
                                           const net::Url& url, PipeSink& sink,
                                           task::BytePipe& pipe) {
    sink.set_in_parts(true);
    const Parted parted =
        co_await feed_segments(context, progress, url, sink.rest(), pipe, sink.came());
    sink.set_in_parts(false);
    if (parted.end == Parted::End::failed) {
        context.downloads.give_up_parts(url);
        sink.go_on_from(parted.position);
    } else if (parted.end == Parted::End::complete) {
        const bool wanted = co_await sink.push_end();
        if (!wanted && sink.given_up()) co_return Parted::End::given_up;
    }
    co_return parted.end;
}

/// Goes to the next server of the route, or waits for the next round.
///
/// Throws: the failure, if no server is left to be asked.
task::awaitable<Route::Turn> take_turn(Context& context, Progress& progress, Route& route,
                                       const net::Fetched& fetched, bool no_rest, unsigned& round) {
    const Route::Turn turn = route.turn(fetched, no_rest, progress);
    if (turn == Route::Turn::end) throw route.failure();
    if (turn == Route::Turn::round) {
        if (round >= context.variables.max_retries) throw route.failure();
        co_await task::pause(net::pause_before(round++, fetched));
    }
    co_return turn;
}

task::awaitable<Fed> feed_all(Context& context, Progress& progress, Route& route, PipeSink& sink,
                              task::BytePipe& pipe) {
    Fed fed;
    bool resumes = false;  // Some rest has come.
    const unsigned most = context.variables.max_retries;
    for (unsigned attempt = 0;;) {
        const net::Url url = route.url();
        const std::uint64_t position = sink.position();
        const net::Fetched fetched = co_await fetch_rest(context, url, sink);
        const bool came = sink.position() > position;
        if (sink.given_up()) {
            fed.end = FeedEnd::given_up;
            co_return fed;
        }
        if (sink.widens()) {
            fed.in_pieces = true;
            const Parted::End end = co_await feed_in_parts(context, progress, url, sink, pipe);
            if (end == Parted::End::failed) continue;
            if (end == Parted::End::complete) pipe.close();
            if (end == Parted::End::given_up) fed.end = FeedEnd::given_up;
            co_return fed;
        }
        // Nothing is left to fetch, or the file has changed: the hash will tell.
        const bool behind = position > 0 && fetched.status == 416;
        if ((fetched.complete && sink.has_all()) || !sink.wanted() || behind) {
            pipe.close();
            co_return fed;
        }
        fed.in_pieces = fed.in_pieces || sink.position() > 0;
        if (fetched.complete && came) continue;  // Some send only so much in one answer.
        resumes = resumes || (position > 0 && came);
        const bool in_vain = !resumes && attempt >= most;
        const bool no_rest = position > 0 && (refuses_the_rest(fetched) ||
                                              (in_vain && may_not_stand_ranges(fetched)));
        if (no_rest) context.downloads.give_up_parts(url);
        bool restarts = no_rest;
        if (route.has_choice()) {
            sink.broke_off();
            const Route::Turn turn =
                co_await take_turn(context, progress, route, fetched, no_rest, attempt);
            if (turn != Route::Turn::restart) continue;
            restarts = true;
        }
        if (restarts) {
            fed.end = FeedEnd::restart;
            co_return fed;
        }
        sink.broke_off();
        co_await prepare_attempt(context, progress, url, fetched, attempt++, sink.position());
    }
}

}  // namespace

task::awaitable<Fed> feed(Context& context, Progress& progress, Route& route, std::uint64_t offset,
                          task::BytePipe pipe, std::string id, std::string shown_file,
                          GiveUp give_up) {
    PipeSink sink(context, progress, pipe, std::move(id), offset, std::move(give_up));
    Fed fed;
    try {
        fed = co_await feed_all(context, progress, route, sink, pipe);
        if (fed.end != FeedEnd::complete) {
            pipe.fail(std::make_exception_ptr(
                fed.end == FeedEnd::restart
                    ? net::no_resume_error()
                    : Error(Errc::unreachable, "another encoding is fetched")));
        }
    } catch (const Error& e) {
        const net::Url& url = route.has_choice() ? route.failed_url() : route.url();
        pipe.fail(std::make_exception_ptr(net::download_error(e, url.shown(), shown_file)));
    }
    co_return fed;
}

}  // namespace latchkey::transfer
